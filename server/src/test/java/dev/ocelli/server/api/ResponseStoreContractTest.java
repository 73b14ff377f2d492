package dev.ocelli.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.chat.Message;
import dev.ocelli.server.api.ResponseStore.Stored;
import dev.ocelli.server.wire.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is kept of responses, and for how long. */
class ResponseStoreContractTest {
  private static Stored of(String tenant, int letters) {
    Message message = Message.of("user", "a".repeat(letters));
    return new Stored(
        tenant, Json.object(), List.of(), new Conversation(List.of(message), List.of()));
  }

  @Test
  void theLeastUsedGoesWhenThereAreTooMany() {
    ResponseStore store = new ResponseStore(2, 1000);
    store.put("a", of("", 1));
    store.put("b", of("", 1));
    assertThat(store.find("a", "")).isNotNull();
    store.put("c", of("", 1));
    assertThat(store.find("b", "")).isNull();
    assertThat(store.find("a", "")).isNotNull();
    assertThat(store.find("c", "")).isNotNull();
  }

  @Test
  void theOldestGoWhenTheyAreTooLarge() {
    ResponseStore store = new ResponseStore(10, 1000);
    store.put("a", of("", 400));
    store.put("b", of("", 400));
    store.put("too large", of("", 2000));
    assertThat(store.find("too large", "")).isNull();
    assertThat(store.find("a", "")).isNotNull();
    store.put("c", of("", 700));
    assertThat(store.find("a", "")).isNull();
    assertThat(store.find("b", "")).isNull();
    assertThat(store.find("c", "")).isNotNull();
  }

  @Test
  void tenantsAreApartAndWhatIsRemovedGivesItsPlaceBack() {
    ResponseStore store = new ResponseStore(10, 1000);
    store.put("a", of("one", 900));
    assertThat(store.find("a", "two")).isNull();
    assertThat(store.remove("a", "two")).isFalse();
    assertThat(store.remove("a", "one")).isTrue();
    store.put("b", of("one", 900));
    store.put("c", of("one", 50));
    assertThat(store.find("b", "one")).isNotNull();
  }
}
