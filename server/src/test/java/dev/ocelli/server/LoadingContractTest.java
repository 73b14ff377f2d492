package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.server.access.ApiKeys;
import dev.ocelli.server.work.ModelPool;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** How far a model is while it is loaded. */
@Timeout(60)
class LoadingContractTest {
  @Test
  void theServersOwnModel() {
    try (NanoServer server = NanoServer.with(b -> b.keys(ApiKeys.of(List.of("secret"))), s -> {})) {
      assertThat(server.get("/v1/loading").status()).isEqualTo(401);
      assertThat(loading(server)).isEmpty();
      server.server.loading(5, 20);
      assertThat(loading(server).path(0).toString())
          .isEqualTo("{\"done_bytes\":5,\"total_bytes\":20}");
      assertThat(server.get("/v1/models", "X-Api-Key", "secret").status()).isEqualTo(503);
    }
  }

  @Test
  void aModelThatARequestWaitsFor() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch seen = new CountDownLatch(1);
    ModelOffer offer =
        new ModelOffer(
            "slow",
            null,
            1024,
            1,
            null,
            progress -> {
              progress.reached(30, 100);
              begun.countDown();
              await(seen);
              throw new OcelliException(OcelliException.Kind.MODEL, "slow: is no model");
            });
    try (NanoServer server =
        NanoServer.with(
            b -> b.keys(ApiKeys.of(List.of("secret"))),
            s -> s.serve(List.of(offer), new ModelPool.Limits(0, null, 8, () -> 100), List.of()))) {
      assertThat(loading(server)).isEmpty();
      CompletableFuture<NanoServer.Answer> asked =
          CompletableFuture.supplyAsync(
              () -> server.post("/tokenize", "{\"content\": \"x\"}", "X-Api-Key", "secret"));
      await(begun);
      assertThat(loading(server).path(0).toString())
          .isEqualTo("{\"id\":\"slow\",\"done_bytes\":30,\"total_bytes\":100}");
      JsonNode status =
          server
              .get("/v1/models", "X-Api-Key", "secret")
              .json()
              .path("data")
              .path(0)
              .path("status");
      assertThat(status.path("value").stringValue()).isEqualTo("loading");
      assertThat(status.path("done_bytes").intValue()).isEqualTo(30);
      seen.countDown();
      assertThat(asked.get().status()).isNotEqualTo(200);
      assertThat(loading(server)).isEmpty();
    }
  }

  private static JsonNode loading(NanoServer server) {
    return server.get("/v1/loading", "X-Api-Key", "secret").json().path("data");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
