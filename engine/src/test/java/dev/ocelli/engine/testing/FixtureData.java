package dev.ocelli.engine.testing;

import dev.ocelli.engine.selftest.ReferenceData;
import dev.ocelli.engine.vision.RgbImage;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The fixtures as the self-test takes them. */
public final class FixtureData implements ReferenceData {
  @Override
  public @Nullable InputStream open(String path) {
    return FixtureData.class.getResourceAsStream("/reference/" + path);
  }

  @Override
  public RgbImage decode(byte[] png) {
    return Pictures.read(new ByteArrayInputStream(png));
  }
}
