package dev.ocelli.cli.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PictureArgumentContractTest {

  private static List<PictureArgument> parse(String text, String... files) {
    return PictureArgument.parse(text, Set.of(files)::contains);
  }

  private static PictureArgument plain(String file) {
    return new PictureArgument(file, OptionalInt.empty(), OptionalInt.empty(), null);
  }

  @Test
  void limitsFollowAColon() {
    assertThat(parse("a.jpg:max-tokens=256"))
        .containsExactly(
            new PictureArgument("a.jpg", OptionalInt.empty(), OptionalInt.of(256), null));
    assertThat(parse("C:\\a.jpg:min-tokens=4,max-tokens=9"))
        .containsExactly(
            new PictureArgument("C:\\a.jpg", OptionalInt.of(4), OptionalInt.of(9), null));
  }

  @Test
  void existingFilesWin() {
    assertThat(parse("a.jpg:max-tokens=256", "a.jpg:max-tokens=256"))
        .containsExactly(plain("a.jpg:max-tokens=256"));
    assertThat(parse("a,b.jpg", "a,b.jpg", "a", "b.jpg")).containsExactly(plain("a,b.jpg"));
  }

  @Test
  void commasSeparateExistingFiles() {
    assertThat(parse("a.jpg,b.jpg", "a.jpg", "b.jpg"))
        .containsExactly(plain("a.jpg"), plain("b.jpg"));
    assertThat(parse("a.jpg,b.jpg", "a.jpg")).containsExactly(plain("a.jpg,b.jpg"));
  }

  @Test
  void otherColonsBelongToTheName() {
    assertThat(parse("12:30.png")).containsExactly(plain("12:30.png"));
    assertThat(parse("a.jpg:size=3")).containsExactly(plain("a.jpg:size=3"));
    assertThat(parse("-").getFirst().isStandardInput()).isTrue();
  }

  @Test
  void emptyNamesAreRefused() {
    assertThatThrownBy(() -> parse("")).isInstanceOf(OcelliException.class);
  }
}
