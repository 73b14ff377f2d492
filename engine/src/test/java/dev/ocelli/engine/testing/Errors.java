package dev.ocelli.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Checks on error messages. */
public final class Errors {
  private Errors() {}

  /** Expects one line about a model file that holds all the parts. */
  public static void assertModelError(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            OcelliException.class, e -> assertThat(e.kind()).isEqualTo(OcelliException.Kind.MODEL))
        .message()
        .contains(parts)
        .satisfies(m -> assertThat(m.lines()).hasSize(1));
  }
}
