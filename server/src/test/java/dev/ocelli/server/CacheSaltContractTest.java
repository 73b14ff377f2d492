package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.server.NanoServer.Answer;
import dev.ocelli.server.access.ApiKeys;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The salts of requests on every API, and what each API says of tokens that were known. */
@TestInstance(Lifecycle.PER_CLASS)
class CacheSaltContractTest {
  /** More than a block: whichever slot answers finds it. */
  private static final String WORDS = "one two three four five six seven ".repeat(6);

  private final NanoServer nano = new NanoServer(b -> b.keys(ApiKeys.of(List.of("one", "two"))));

  @AfterAll
  void close() {
    nano.close();
    assertThat(nano.faults).isEmpty();
  }

  private int cached(String path, String fields, String salt, String key, String usage) {
    String said = salt.isEmpty() ? "" : ", \"cache_salt\": \"%s\"".formatted(salt);
    String request = "{" + fields.formatted(WORDS) + said + "}";
    Answer answer = nano.post(path, request, "X-Api-Key", key);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    JsonNode json = answer.json();
    for (String name : usage.split("\\.")) {
      json = json.path(name);
    }
    assertThat(json.isInt()).as(answer.body()).isTrue();
    return json.intValue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/chat/completions | \"max_tokens\": 1, \"messages\": [{\"role\": \"user\", \"content\": \"a %s\"}] | usage.prompt_tokens_details.cached_tokens",
        "/v1/completions | \"max_tokens\": 1, \"prompt\": \"b %s\" | usage.prompt_tokens_details.cached_tokens",
        "/v1/responses | \"max_output_tokens\": 1, \"input\": \"c %s\" | usage.input_tokens_details.cached_tokens",
        "/v1/messages | \"max_tokens\": 1, \"messages\": [{\"role\": \"user\", \"content\": \"d %s\"}] | usage.cache_read_input_tokens",
        "/api/chat | \"stream\": false, \"options\": {\"num_predict\": 1}, \"messages\": [{\"role\": \"user\", \"content\": \"e %s\"}] | prompt_cached_count",
        "/api/generate | \"stream\": false, \"options\": {\"num_predict\": 1}, \"prompt\": \"f %s\" | prompt_cached_count",
        "/completion | \"n_predict\": 1, \"prompt\": \"g %s\" | tokens_cached",
      })
  void whatAnotherSaltHasComputedIsNotReused(String path, String fields, String usage) {
    String mine = "salt of " + path;
    assertThat(cached(path, fields, mine, "one", usage)).isZero();
    assertThat(cached(path, fields, mine, "one", usage)).isPositive();
    assertThat(cached(path, fields, "other " + path, "one", usage)).isZero();
    // The key's own salt stays: who knows another's salt does not share its caches.
    assertThat(cached(path, fields, mine, "two", usage)).isZero();
  }
}
