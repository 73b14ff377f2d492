package dev.ocelli.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.extract.Calibration;
import dev.ocelli.engine.extract.Extractor;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.engine.vision.RgbImage;
import dev.ocelli.media.draw.DocumentExtractor;
import dev.ocelli.media.draw.DocumentExtractor.Extracted;
import dev.ocelli.media.draw.PngWriter;
import dev.ocelli.nano.NanoModel;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records are read out of files by a real model, however little it knows. */
class DocumentExtractorContractTest {
  enum Color {
    red,
    blue
  }

  record Thing(Color color, boolean there) {}

  record Bad(Object what) {}

  @TempDir Path folder;

  private static Engine nano() {
    Arena arena = Arena.ofAuto();
    ModelFiles files =
        ModelFiles.of(
            GgufFile.of(NanoModel.text(arena), NanoModel.TEXT_ORIGIN),
            GgufFile.of(NanoModel.vision(arena), NanoModel.VISION_ORIGIN));
    return Engine.open(files, EngineOptions.DEFAULT.withThreads(2, 2), (done, total) -> {});
  }

  @Test
  void aPictureGivesARecordWithConfidenceAndBoxes() throws Exception {
    byte[] rgb = new byte[128 * 96 * 3];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) 0xE0;
    }
    Path file = Files.write(folder.resolve("a.png"), PngWriter.png(new RgbImage(128, 96, rgb)));
    try (Engine engine = nano()) {
      DocumentExtractor extractor =
          new DocumentExtractor(
              engine,
              e ->
                  new Extractor(
                      e.schema(), "What color is the background?", 500, Calibration.NONE));
      List<Extracted<Thing>> all = extractor.extract(Thing.class, file);
      assertThat(all).hasSize(1);
      Extracted<Thing> one = all.getFirst();
      assertThat(one.value().color()).isNotNull();
      assertThat(one.extraction().fields())
          .hasSize(2)
          .allMatch(f -> f.probability() >= 0 && f.probability() <= 1);
      assertThat(one.picture().size().width()).isEqualTo(128);
      assertThat(extractor.extract(Thing.class, file).getFirst().value()).isEqualTo(one.value());
      assertThatThrownBy(() -> extractor.extract(Bad.class, file))
          .isInstanceOf(OcelliException.class)
          .hasMessageContaining("Bad.what");
    }
  }
}
