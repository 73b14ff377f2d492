package dev.ocelli.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other programs have is used where it lies, and not fetched again. */
class KnownCachesContractTest {
  private static final byte[] MODEL = "a language model".getBytes(StandardCharsets.UTF_8);
  private static final byte[] VISION = "its vision".getBytes(StandardCharsets.UTF_8);

  @TempDir Path temp;
  private FakeHub hub;

  @BeforeEach
  void begin() throws IOException {
    hub = new FakeHub();
    hub.files.put("M-Q4_K_M.gguf", MODEL);
    hub.files.put("mmproj-F16.gguf", VISION);
  }

  @AfterEach
  void end() {
    hub.close();
  }

  private static Path write(Path file, byte[] content) throws IOException {
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    return Files.write(file, content);
  }

  private void pullsNothing(KnownCaches caches) throws IOException {
    HubSettings settings = hub.settings(2, 2, 128);
    ModelRef ref = ModelRef.parse("o/m", Origin.HUGGING_FACE, settings);
    Store store = new Store(temp.resolve("store"));
    try (Puller puller = new Puller(settings, store, caches, PullListener.NONE)) {
      Pulled where = puller.locate(ref, true).orElseThrow();
      assertThat(Files.readAllBytes(where.model())).isEqualTo(MODEL);
      assertThat(Files.readAllBytes(Objects.requireNonNull(where.mmproj()))).isEqualTo(VISION);
      assertThat(hub.hubTokens).isEmpty();

      Pulled pulled = puller.pull(ref, true);
      assertThat(pulled.downloaded()).isZero();
      assertThat(hub.bytesRequests).isEmpty();
      assertThat(Files.readAllBytes(pulled.model())).isEqualTo(MODEL);
      assertThat(pulled.model().startsWith(store.root())).isTrue();
      assertThat(where.model()).exists();
    }
  }

  @Test
  void huggingFacesSnapshotsWithLinksToBlobs() throws IOException {
    Path repo = temp.resolve("hf/models--o--m");
    write(repo.resolve("refs/main"), FakeHub.COMMIT.getBytes(StandardCharsets.UTF_8));
    Path snapshot = Files.createDirectories(repo.resolve("snapshots/" + FakeHub.COMMIT));
    for (String name : List.of("M-Q4_K_M.gguf", "mmproj-F16.gguf")) {
      Path blob =
          write(
              repo.resolve("blobs/" + name.hashCode()),
              Objects.requireNonNull(hub.files.get(name)));
      Files.createSymbolicLink(snapshot.resolve(name), snapshot.relativize(blob));
    }
    pullsNothing(new KnownCaches(List.of(temp.resolve("hf")), List.of(), List.of(), List.of()));
  }

  @Test
  void lmStudiosFolders() throws IOException {
    write(temp.resolve("lm/o/m/M-Q4_K_M.gguf"), MODEL);
    write(temp.resolve("lm/o/m/mmproj-F16.gguf"), VISION);
    pullsNothing(new KnownCaches(List.of(), List.of(temp.resolve("lm")), List.of(), List.of()));
  }

  @Test
  void llamaCppsFlatNames() throws IOException {
    write(temp.resolve("llama/o_m_M-Q4_K_M.gguf"), MODEL);
    write(temp.resolve("llama/o_m_mmproj-F16.gguf"), VISION);
    pullsNothing(new KnownCaches(List.of(), List.of(), List.of(temp.resolve("llama")), List.of()));
  }

  @Test
  void filesOfTheSameNameAndOtherContentAreNotTaken() throws IOException {
    write(
        temp.resolve("lm/o/m/M-Q4_K_M.gguf"), "another model...".getBytes(StandardCharsets.UTF_8));
    HubSettings settings = hub.settings(2, 2, 128);
    KnownCaches caches =
        new KnownCaches(List.of(), List.of(temp.resolve("lm")), List.of(), List.of());
    try (Puller puller =
        new Puller(settings, new Store(temp.resolve("store")), caches, PullListener.NONE)) {
      Pulled p = puller.pull(ModelRef.parse("o/m", Origin.HUGGING_FACE, settings), true);
      assertThat(Files.readAllBytes(p.model())).isEqualTo(MODEL);
      assertThat(p.downloaded()).isEqualTo(MODEL.length + VISION.length);
    }
  }
}
