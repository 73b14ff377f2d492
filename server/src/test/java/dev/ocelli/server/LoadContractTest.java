package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.runtime.CacheOptions;
import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.server.ServerOptions.Work;
import dev.ocelli.server.wire.Json;
import java.awt.Color;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Many clients at once, streaming texts and pictures, some of which go away in the middle: every
 * complete reply is the one that a client gets alone, nothing fails, and memory stays.
 *
 * <p>Eight seconds in the usual run; {@code -Docelli.load.seconds=300} for the long one, which
 * prints its figures.
 */
class LoadContractTest {
  private static final int CLIENTS = 64;
  private static final int SLOTS = 16;
  private static final int SECONDS = Integer.getInteger("ocelli.load.seconds", 8);

  /** Memory that may be more at the end than after a quarter of the time: noise of collectors. */
  private static final long HEAP_NOISE = 64L << 20;

  private static final long NATIVE_NOISE = 192L << 20;

  /** In a short run compilers still take memory at the end. */
  private static final boolean LONG = SECONDS >= 200;

  private final LongAdder complete = new LongAdder();
  private final LongAdder left = new LongAdder();
  private final LongAdder events = new LongAdder();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

  /** Bodies, each with the reply that a client gets alone. */
  private final Map<String, String> replies = new LinkedHashMap<>();

  /**
   * Bytes in use.
   *
   * @param heap after a collection
   * @param outside of the process as the system counts, without the heap's whole size
   */
  private record Memory(long heap, long outside) {
    static Memory now() throws InterruptedException {
      System.gc();
      // Memory that is no longer needed is given back some time after a collection.
      TimeUnit.MILLISECONDS.sleep(LONG ? 3000 : 0);
      Runtime r = Runtime.getRuntime();
      long used = r.totalMemory() - r.freeMemory();
      return new Memory(used, Math.max(0, residentNow() - r.totalMemory()));
    }

    /** 0 where the system does not tell. */
    private static long residentNow() {
      try {
        String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ", -1);
        return Long.parseLong(pages[1]) * 4096;
      } catch (IOException e) {
        return 0;
      }
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "heap %.1f MB, outside %.1f MB", heap / 1e6, outside / 1e6);
    }
  }

  private static List<String> bodies() {
    List<String> out = new ArrayList<>();
    String body =
        """
        {"messages": [{"role": "user", "content": [%s{"type": "text", "text": "%s"}]}],
         "stream": true, "max_tokens": %d, %s}\
        """;
    String picture = "{\"type\": \"image_url\", \"image_url\": {\"url\": \"%s\"}}, ";
    Color[] colors = {Color.RED, Color.BLUE, Color.GREEN, Color.BLACK};
    for (int i = 0; i < colors.length; i++) {
      String url = NanoServer.picture(96 + 32 * i, 128, colors[i]);
      out.add(
          body.formatted(picture.formatted(url), "Describe this image.", 40, "\"temperature\": 0"));
      out.add(
          body.formatted(
              picture.formatted(url),
              "What is it?",
              24,
              "\"temperature\": 1.3, \"top_p\": 1, \"seed\": " + i));
      out.add(
          body.formatted(
              "",
              "Hello, number " + i,
              64,
              "\"temperature\": 1, \"ignore_eos\": true, \"seed\": 9"));
    }
    out.add(
        body.formatted(
            "",
            "A shape as JSON, please.",
            40,
            """
            "temperature": 1, "seed": 3, "json_schema": {"type": "object", "properties":
              {"shape": {"enum": ["heart", "star"]}, "count": {"type": "integer"}},
              "required": ["shape", "count"]}\
            """));
    return out;
  }

  @Test
  void manyClientsGetWhatEachGetsAlone() throws Exception {
    EngineOptions engine =
        EngineOptions.DEFAULT
            .withThreads(2, 2)
            .withContextLength(512)
            // Small, so that they are full soon and memory can be seen to stay.
            .withCaches(CacheOptions.ofMemory(8 << 20));
    Work work =
        new Work(SLOTS, CLIENTS, Duration.ZERO, Duration.ofSeconds(15), Duration.ofSeconds(30));
    try (NanoServer nano = new NanoServer(b -> b.work(work), engine);
        HttpClient client = HttpClient.newHttpClient()) {
      for (String body : bodies()) {
        replies.put(body, text(client, nano, body, Integer.MAX_VALUE));
      }
      long start = System.nanoTime();
      long end = start + TimeUnit.SECONDS.toNanos(SECONDS);
      Memory early;
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < CLIENTS; i++) {
          Random random = new Random(i);
          threads.execute(() -> ask(client, nano, random, end));
        }
        TimeUnit.SECONDS.sleep(SECONDS / 4);
        early = Memory.now();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      assertThat(wrong).isEmpty();
      assertThat(nano.faults).isEmpty();
      assertThat(complete.sum()).isGreaterThan(CLIENTS);
      assertThat(left.sum()).isPositive();
      awaitIdle(nano);
      nano.log.clear();
      Memory late = Memory.now();
      assertThat(late.heap()).as("%s, then %s", early, late).isLessThan(early.heap() + HEAP_NOISE);
      if (LONG) {
        assertThat(late.outside())
            .as("%s, then %s", early, late)
            .isLessThan(early.outside() + NATIVE_NOISE);
      }
      if (Integer.getInteger("ocelli.load.seconds") != null) {
        System.out.printf(
            Locale.ROOT,
            "%d clients, %d slots, %.0f s: %d replies complete, %d left, %d events; after a quarter %s, at the end %s%n",
            CLIENTS,
            SLOTS,
            seconds,
            complete.sum(),
            left.sum(),
            events.sum(),
            early,
            late);
      }
    }
  }

  /** One client until the time is over. */
  private void ask(HttpClient client, NanoServer nano, Random random, long end) {
    List<String> bodies = List.copyOf(replies.keySet());
    while (System.nanoTime() - end < 0 && wrong.isEmpty()) {
      String body = bodies.get(random.nextInt(bodies.size()));
      int most = random.nextInt(6) == 0 ? random.nextInt(12) : Integer.MAX_VALUE;
      try {
        String text = text(client, nano, body, most);
        String alone = String.valueOf(replies.get(body));
        if (most == Integer.MAX_VALUE ? !text.equals(alone) : !alone.startsWith(text)) {
          wrong.add("'%s' in place of '%s'".formatted(text, alone));
        }
        (most == Integer.MAX_VALUE ? complete : left).increment();
      } catch (IOException | RuntimeException e) {
        wrong.add(e.toString());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /**
   * The text of a stream.
   *
   * @param most events after which the client goes away
   */
  private String text(HttpClient client, NanoServer nano, String body, int most)
      throws IOException, InterruptedException {
    HttpRequest request =
        nano.builder("/v1/chat/completions")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<InputStream> response =
        client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    StringBuilder text = new StringBuilder();
    boolean done = false;
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      int seen = 0;
      for (String line = in.readLine(); line != null && seen < most; line = in.readLine()) {
        if (response.statusCode() != 200 || line.contains("\"error\"")) {
          throw new IOException(line);
        }
        done |= line.equals("data: [DONE]");
        if (line.startsWith("data: {")) {
          JsonNode event = Json.parse(line.substring(6).getBytes(StandardCharsets.UTF_8));
          text.append(event.path("choices").path(0).path("delta").path("content").asString(""));
          seen++;
          events.increment();
        }
      }
    }
    if (!done && most == Integer.MAX_VALUE) {
      throw new IOException("the stream ended early");
    }
    return text.toString();
  }

  /** Whoever was left behind by a client that went away ends soon. */
  private static void awaitIdle(NanoServer nano) throws InterruptedException {
    for (int i = 0; i < 600; i++) {
      String metrics = nano.get("/metrics").body();
      if (metrics.contains("ocelli_requests_running 0\n")
          && metrics.contains("ocelli_requests_waiting 0\n")) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertThat(nano.get("/metrics").body()).contains("ocelli_requests_running 0\n");
  }
}
