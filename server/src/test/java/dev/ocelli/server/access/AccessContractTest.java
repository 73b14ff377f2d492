package dev.ocelli.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.server.wire.ApiError;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys and quotas. */
class AccessContractTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void tokensOfAReplyDelayTheNextRequest() {
    AtomicLong clock = new AtomicLong();
    Meter meter = new Meter(new Quota(0, 600, 0), clock::get);
    meter.request();
    meter.tokens(1200);
    assertThatThrownBy(meter::request)
        .isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.retryAfter()).isEqualTo(61));
    clock.addAndGet(61 * SECOND);
    meter.request();
  }

  @Test
  void requestsAreSpreadOverTheMinute() {
    AtomicLong clock = new AtomicLong();
    Meter meter = new Meter(new Quota(2, 0, 0), clock::get);
    meter.request();
    meter.request();
    assertThatThrownBy(meter::request).hasMessageContaining("2 requests a minute");
    clock.addAndGet(30 * SECOND);
    meter.request();
    assertThatThrownBy(meter::request).isInstanceOf(ApiError.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ann secret | line 1: is not 'NAME sha256:HEX",
        "ann sha256:12 | line 1: has no SHA-256 of 64 hexadecimal digits",
        "'' | has no keys",
        "ann sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b tokens/week=3 | limits are",
        "ann sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b fast | is not a limit",
      })
  void linesThatAreNotUnderstoodAreErrors(String text, String message) {
    assertThatThrownBy(() -> ApiKeys.parse(text, "keys.txt"))
        .isInstanceOf(OcelliException.class)
        .hasMessageStartingWith("keys.txt")
        .hasMessageContaining(message);
  }

  @Test
  void keysAreFoundByWhatTheyHashTo() {
    ApiKeys keys =
        ApiKeys.parse(
            "ann sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b", "k");
    Caller ann = keys.find("secret");
    assertThat(ann).isNotNull();
    assertThat(keys.find("Secret")).isNull();
    assertThat(keys.required()).isTrue();
    assertThat(ApiKeys.NONE.required()).isFalse();
  }
}
