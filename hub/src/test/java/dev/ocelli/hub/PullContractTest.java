package dev.ocelli.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulling from both hubs and from addresses, with everything that goes wrong on the way. */
class PullContractTest {
  private static final String MODEL = "M-Q4_K_M.gguf";
  private static final String VISION = "mmproj-M-F16.gguf";

  @TempDir Path temp;
  private FakeHub hub;
  private Store store;
  private final List<String> notes = Collections.synchronizedList(new ArrayList<>());
  private final PullListener listener =
      new PullListener() {
        @Override
        public void begin(String what, long total, long done) {
          notes.add("%s %d %d".formatted(what, total, done));
        }

        @Override
        public void bytes(long more) {}

        @Override
        public void note(String line) {
          notes.add(line);
        }
      };

  @BeforeEach
  void begin() throws IOException {
    hub = new FakeHub();
    store = new Store(temp.resolve("store"));
    hub.files.put(MODEL, content(1, 1000));
    hub.files.put("M-Q8_0.gguf", content(2, 700));
    hub.files.put(VISION, content(3, 300));
    hub.files.put("mmproj-M-F32.gguf", content(4, 300));
    hub.files.put("config.json", content(5, 20));
  }

  @AfterEach
  void end() {
    hub.close();
  }

  private static byte[] content(int seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private Pulled pull(String name, HubSettings settings) {
    try (Puller puller = new Puller(settings, store, KnownCaches.NONE, listener)) {
      return puller.pull(ModelRef.parse(name, Origin.HUGGING_FACE, settings), true);
    }
  }

  private Pulled pull(String name) {
    return pull(name, hub.settings(4, 3, 128));
  }

  private void holds(Path file, String name) throws IOException {
    assertThat(Files.readAllBytes(file)).isEqualTo(hub.files.get(name));
  }

  private List<String> leftovers() throws IOException {
    Path parts = store.folder(Origin.HUGGING_FACE, "o/m").resolve(".parts");
    if (!Files.isDirectory(parts)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(parts)) {
      return all.map(p -> p.getFileName().toString()).toList();
    }
  }

  @Test
  void aModelComesWithItsVisionFileInPartsAndVerified() throws IOException {
    Pulled p = pull("o/m");
    holds(p.model(), MODEL);
    assertThat(p.model().getFileName()).hasToString(MODEL);
    holds(Objects.requireNonNull(p.mmproj()), VISION);
    assertThat(p.downloaded()).isEqualTo(1300);
    assertThat(hub.served.get()).isEqualTo(1300);
    assertThat(hub.bytesRequests).hasSize(8 + 3);
    assertThat(leftovers()).isEmpty();
    assertThat(hub.hubTokens).containsOnly("Bearer hf-secret");
    assertThat(hub.otherTokens).containsOnly("null");

    Store.Repository r = store.repositories().getFirst();
    assertThat(r.manifest().licence()).isEqualTo("apache-2.0");
    Manifest.Entry entry = Objects.requireNonNull(r.manifest().files().get(MODEL));
    assertThat(entry.sha256()).isEqualTo(FakeHub.sha(content(1, 1000), "SHA-256"));
    assertThat(entry.revision()).isEqualTo(FakeHub.COMMIT);
    assertThat(entry.source()).endsWith("/o/m/resolve/" + FakeHub.COMMIT + "/" + MODEL);
    assertThat(r.tags()).containsExactly("Q4_K_M");
  }

  @Test
  void whatIsThereIsNotFetchedAgainAndWhatChangedIs() throws IOException {
    pull("o/m");
    hub.bytesRequests.clear();
    assertThat(pull("o/m").downloaded()).isZero();
    assertThat(hub.bytesRequests).isEmpty();
    hub.files.put(MODEL, content(9, 1000));
    Pulled p = pull("o/m");
    assertThat(p.downloaded()).isEqualTo(1000);
    holds(p.model(), MODEL);
  }

  @Test
  void aLostManifestCostsReadingOnly() throws IOException {
    Pulled p = pull("o/m");
    Path manifest = p.model().resolveSibling(Manifest.NAME);
    Files.writeString(manifest, "{\"version\":1,\"files\":[{]");
    hub.bytesRequests.clear();
    assertThat(pull("o/m").downloaded()).isZero();
    assertThat(hub.bytesRequests).isEmpty();
    assertThat(Files.readString(manifest)).contains(FakeHub.COMMIT);
  }

  @Test
  void afterACutAtAnyByteNothingComesTwice() throws IOException {
    hub.files.put(MODEL, content(1, 100));
    hub.files.remove(VISION);
    hub.files.remove("mmproj-M-F32.gguf");
    HubSettings once = hub.settings(1, 1, 40);
    for (int cut = 0; cut < 100; cut++) {
      hub.served.set(0);
      hub.cutAfter.set(cut);
      assertThatThrownBy(() -> pull("o/m", once)).hasMessageContaining(MODEL);
      assertThat(hub.served.get()).isEqualTo(cut);
      assertThat(store.folder(Origin.HUGGING_FACE, "o/m").resolve(MODEL)).doesNotExist();
      hub.cutAfter.set(-1);
      Pulled p = pull("o/m", once);
      holds(p.model(), MODEL);
      assertThat(hub.served.get()).as("cut at %d", cut).isEqualTo(100);
      store.remove(ModelRef.parse("o/m", Origin.HUGGING_FACE, once));
    }
  }

  @Test
  void passingFaultsAreTriedAgain() throws IOException {
    hub.faults.add(x -> FakeHub.status(x, 503));
    hub.faults.add(x -> {
      x.getResponseHeaders().set("Retry-After", "0");
      return FakeHub.status(x, 429);
    });
    hub.faults.add(FakeHub::stall);
    hub.faults.add(x -> true); // closed without an answer
    Pulled p = pull("o/m", hub.settings(6, 1, 128));
    holds(p.model(), MODEL);
  }

  @Test
  void aSignedAddressThatIsTooOldIsAskedForAgain() throws IOException {
    hub.faults.add(x -> false);
    hub.faults.add(x -> FakeHub.status(x, 403));
    holds(pull("o/m", hub.settings(2, 1, 128)).model(), MODEL);
  }

  @Test
  void faultsThatStayAreErrorsAndKeepWhatCame() throws IOException {
    for (int i = 0; i < 3; i++) {
      hub.faults.add(x -> FakeHub.status(x, 500));
    }
    assertThatThrownBy(() -> pull("o/m", hub.settings(3, 1, 128)))
        .hasMessageContaining("HTTP 500")
        .hasMessageContaining("what is there is kept");
    hub.faults.add(x -> {
      x.getResponseHeaders().set("Retry-After", "4000");
      return FakeHub.status(x, 429);
    });
    assertThatThrownBy(() -> pull("o/m")).hasMessageContaining("asks to wait 4000 s");
    for (int i = 0; i < 2; i++) {
      hub.faults.add(FakeHub::stall);
    }
    assertThatThrownBy(() -> pull("o/m", hub.settings(2, 1, 128)))
        .hasMessageContaining("nothing came for");
    assertThatThrownBy(() -> pull("o/none"))
        .hasMessageContaining("HTTP 404")
        .hasMessageContaining("check the name");
  }

  @Test
  void redirectsThatLeadNowhereAreErrors() {
    hub.faults.add(x -> FakeHub.redirect(x, x.getRequestURI().toString()));
    for (int i = 0; i < 20; i++) {
      hub.faults.add(x -> FakeHub.redirect(x, x.getRequestURI().toString()));
    }
    assertThatThrownBy(() -> pull("o/m", hub.settings(5, 1, 2000)))
        .hasMessageContaining("redirects more than 10 times");
    hub.faults.clear();
    hub.faults.add(x -> FakeHub.redirect(x, "file:///etc/passwd"));
    assertThatThrownBy(() -> pull("o/m", hub.settings(5, 1, 2000)))
        .hasMessageContaining("which is not followed");
  }

  @Test
  void aServerWithoutRangesIsReadInOnePiece() throws IOException {
    hub.ranges = false;
    hub.faults.add(x -> {
      hub.cutAfter.set(500);
      return false;
    });
    hub.faults.add(x -> {
      hub.cutAfter.set(-1);
      return false;
    });
    Pulled p = pull("o/m");
    holds(p.model(), MODEL);
    holds(Objects.requireNonNull(p.mmproj()), VISION);
  }

  @Test
  void aWrongHashIsFetchedOnceMoreAndNeverPlaced() throws IOException {
    hub.wrongHashOf = MODEL;
    assertThatThrownBy(() -> pull("o/m")).hasMessageContaining("twice").hasMessageContaining(MODEL);
    assertThat(store.folder(Origin.HUGGING_FACE, "o/m").resolve(MODEL)).doesNotExist();
    assertThat(store.folder(Origin.HUGGING_FACE, "o/m").resolve(VISION)).doesNotExist();
    hub.wrongHashOf = "";
    byte[] right = hub.files.get(VISION);
    hub.faults.add(x -> false);
    pull("o/m");
    assertThat(right).isEqualTo(hub.files.get(VISION));
  }

  @Test
  void aWrongLengthIsAnError() {
    hub.faults.add(x -> {
      x.getResponseHeaders().set("Content-Range", "bytes 0-127/2000");
      x.sendResponseHeaders(206, 128);
      x.getResponseBody().write(new byte[128]);
      return true;
    });
    assertThatThrownBy(() -> pull("o/m", hub.settings(3, 1, 128)))
        .hasMessageContaining("another file (2,000 bytes) than was announced (1,000 bytes)");
  }

  @Test
  void anAddressIsOneFileAndAChangedOneBeginsAnew() throws IOException {
    String address = hub.file(MODEL).toString();
    HubSettings once = hub.settings(1, 1, 128);
    hub.cutAfter.set(400);
    assertThatThrownBy(() -> pull(address, once)).isInstanceOf(OcelliException.class);
    hub.cutAfter.set(-1);
    hub.files.put(MODEL, content(7, 1000));
    Pulled p = pull(address, once);
    holds(p.model(), MODEL);
    assertThat(pull(address, once).downloaded()).isZero();
    assertThat(hub.otherTokens).containsOnly("null");
    assertThat(store.repositories().getFirst().name()).isEqualTo(address);
  }

  @Test
  void aDiskWithoutRoomIsFoundOutBeforeAnyByteComes() {
    HubSettings settings = hub.settings(2, 2, 128);
    try (Puller puller = new Puller(settings, store, KnownCaches.NONE, listener, folder -> 1299)) {
      assertThatThrownBy(
              () -> puller.pull(ModelRef.parse("o/m", Origin.HUGGING_FACE, settings), true))
          .hasMessageContaining("1,300 bytes are to be written, but the disk has 1,299 free");
    }
    assertThat(hub.bytesRequests).isEmpty();
  }

  @Test
  void aDiskThatCannotBeWrittenIsAnError() throws IOException {
    Path parts = store.folder(Origin.HUGGING_FACE, "o/m").resolve(".parts");
    Files.createDirectories(parts.resolve(MODEL + ".part.state"));
    assertThatThrownBy(() -> pull("o/m"))
        .hasMessageContaining("cannot be written")
        .hasMessageContaining("free space");
  }

  @Test
  void twoPullsAtOnceFetchOnce() {
    hub.slowMillis = 5;
    List<CompletableFuture<Pulled>> both =
        Stream.of(1, 2).map(i -> CompletableFuture.supplyAsync(() -> pull("o/m"))).toList();
    long sum = both.stream().mapToLong(f -> f.join().downloaded()).sum();
    assertThat(sum).isEqualTo(1300);
    assertThat(hub.served.get()).isEqualTo(1300);
    assertThat(notes).anyMatch(n -> n.startsWith("waiting for another"));
  }

  @Test
  void aProcessThatIsKilledLeavesWhatItHad() throws Exception {
    hub.slowMillis = 20;
    hub.files.put(MODEL, content(1, 64 * 100));
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                PullChild.class.getName(),
                hub.base().toString(),
                store.root().toString())
            .inheritIO()
            .start();
    while (hub.served.get() < 64 * 20 && child.isAlive()) {
      Thread.sleep(5);
    }
    child.destroyForcibly().waitFor();
    hub.slowMillis = 0;
    assertThat(hub.served.get()).isBetween(64L * 20, 64L * 99);
    assertThat(store.folder(Origin.HUGGING_FACE, "o/m").resolve(MODEL)).doesNotExist();
    Pulled p = pull("o/m", hub.settings(2, 2, 64 * 25));
    holds(p.model(), MODEL);
    assertThat(p.downloaded()).isLessThanOrEqualTo(6400 + 300 - 64 * 15);
  }

  @Test
  void modelScopeIsReadByItsOwnApi() throws IOException {
    Pulled p = pull("modelscope:o/m:q8_0");
    assertThat(p.model().getFileName()).hasToString("M-Q8_0.gguf");
    holds(p.model(), "M-Q8_0.gguf");
    assertThat(store.repositories().getFirst().manifest().licence())
        .isEqualTo("Apache License 2.0");
    assertThat(p.revision()).isEqualTo(FakeHub.COMMIT);
  }

  @Test
  void snapshotsComeWholeAndSmallFilesAreVerifiedToo() throws IOException {
    hub.files.clear();
    hub.files.put("config.json", content(1, 40));
    hub.files.put("tokenizer.json", content(2, 41));
    hub.files.put("model-00001-of-00002.safetensors", content(3, 500));
    hub.files.put("model-00002-of-00002.safetensors", content(4, 400));
    hub.files.put("onnx/model.onnx", content(5, 10));
    hub.paged = true;
    Pulled p = pull("o/m");
    assertThat(p.mmproj()).isNull();
    for (String name : hub.files.keySet()) {
      if (name.startsWith("onnx")) {
        assertThat(p.model().resolve(name)).doesNotExist();
      } else {
        holds(p.model().resolve(name), name);
      }
    }
    hub.bytesRequests.clear();
    assertThat(pull("o/m").downloaded()).isZero();
    assertThatThrownBy(() -> pull("o/m:Q4_K_M")).hasMessageContaining("has no GGUF files");
  }

  @Test
  void namesThatLeaveTheFolderAreRefused() throws IOException {
    for (String name : List.of("../evil-Q4_K_M.gguf", "/etc/x-Q4_K_M.gguf", "a/../../x.gguf")) {
      hub.files.clear();
      hub.files.put(name, content(1, 10));
      assertThatThrownBy(() -> pull("o/m")).hasMessageContaining("no safe name");
    }
    assertThat(temp.resolve("store/models")).doesNotExist();
  }

  @Test
  void offlineAsksNobody() throws IOException {
    HubSettings online = hub.settings(1, 1, 128);
    HubSettings offline =
        new HubSettings(online.huggingFace(), online.modelScope(), true, online.transport());
    ModelRef ref = ModelRef.parse("o/m", Origin.HUGGING_FACE, offline);
    try (Puller puller = new Puller(offline, store, KnownCaches.NONE, listener)) {
      assertThatThrownBy(() -> puller.resolve(ref, true)).hasMessageContaining("--offline");
      assertThat(hub.hubTokens).isEmpty();
      pull("o/m");
      hub.hubTokens.clear();
      Pulled p = puller.resolve(ref, true);
      holds(p.model(), MODEL);
      holds(Objects.requireNonNull(p.mmproj()), VISION);
      assertThat(hub.hubTokens).isEmpty();
    }
  }

  @Test
  void verifyingFindsWhatChangedAndRemovingLeavesTheRest() throws IOException {
    Pulled p = pull("o/m");
    pull("o/m:Q8_0");
    Store.Repository r = store.repository(Origin.HUGGING_FACE, "o/m");
    assertThat(store.verify(r, PullListener.NONE)).isEmpty();
    byte[] broken = Files.readAllBytes(p.model());
    broken[77] ^= 1;
    Files.write(p.model(), broken);
    assertThat(store.verify(r, PullListener.NONE))
        .extracting(Store.Fault::problem)
        .containsExactly("has other content than was downloaded");
    HubSettings settings = hub.settings(1, 1, 128);
    assertThat(store.remove(ModelRef.parse("o/m:Q4_K_M", Origin.HUGGING_FACE, settings)))
        .isEqualTo(1000);
    assertThat(store.repository(Origin.HUGGING_FACE, "o/m").manifest().files().keySet())
        .containsExactly("M-Q8_0.gguf", VISION);
    assertThat(store.remove(ModelRef.parse("o/m:q8_0", Origin.HUGGING_FACE, settings)))
        .isEqualTo(1000);
    assertThat(store.repositories()).isEmpty();
    assertThatThrownBy(() -> store.remove(ModelRef.parse("o/m", Origin.HUGGING_FACE, settings)))
        .hasMessageContaining("is not in the store");
  }
}
