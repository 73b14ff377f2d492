package dev.ocelli.hub;

import java.net.URI;
import java.nio.file.Path;

/** A process that pulls, to be killed. */
final class PullChild {
  private PullChild() {}

  public static void main(String[] args) {
    HubSettings usual = HubSettings.DEFAULT;
    HubSettings settings =
        new HubSettings(
            new HubSettings.Endpoint(URI.create(args[0]), null),
            usual.modelScope(),
            false,
            new HubSettings.Transport(null, null, 2, 64 * 25, HubSettings.Patience.DEFAULT));
    try (Puller puller =
        new Puller(settings, new Store(Path.of(args[1])), KnownCaches.NONE, PullListener.NONE)) {
      puller.pull(ModelRef.parse("o/m", Origin.HUGGING_FACE, settings), true);
    }
  }
}
