package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.server.NanoServer.Answer;
import dev.ocelli.server.access.ApiKeys;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The page at / and its files, and what it asks before pictures are sent. */
class WebPageContractTest {
  private static final Pattern NAMED =
      Pattern.compile("(?:src|href)=\"([^\"$]+)\"|(?:from|import) ?\\(?\"(\\.[^\"]+)\"");

  private static NanoServer nano;

  @BeforeAll
  static void start() {
    nano = new NanoServer(b -> b.keys(ApiKeys.of(List.of("secret"))));
  }

  @AfterAll
  static void stop() {
    nano.close();
  }

  @Test
  void everyFileThatThePageNamesIsThereWithoutAKey() {
    Set<String> seen = new LinkedHashSet<>(List.of("/"));
    List<String> open = new ArrayList<>(seen);
    while (!open.isEmpty()) {
      String path = open.removeLast();
      Answer answer = nano.get(path);
      assertThat(answer.status()).as(path).isEqualTo(200);
      assertThat(answer.body()).as(path).doesNotContain("//# sourceURL", "eval(");
      if (path.startsWith("/ui/lib/")) {
        continue;
      }
      Matcher m = NAMED.matcher(answer.body());
      while (m.find()) {
        String name = m.group(1) == null ? m.group(2) : m.group(1);
        String found = nano.uri(path).resolve(name).getPath();
        if (seen.add(found)) {
          open.add(found);
        }
      }
    }
    assertThat(seen).hasSizeGreaterThan(25).contains("/ui/app.js", "/ui/lib/preact.js");
    assertThat(seen).contains("/ui/lib/katex.js", "/ui/i18n/zh.js", "/ui/style.css");
    assertThat(nano.get("/ui/lib/highlight.js").body()).contains("hljs");
  }

  @Test
  void nothingFromElsewhereAndNoScriptInThePage() {
    Answer page = nano.get("/");
    assertThat(page.response().headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'", "script-src 'self';", "connect-src 'self';")
        .contains("frame-ancestors 'none'")
        .doesNotContain("unsafe", "http:", "https:", "*");
    assertThat(page.response().headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(page.body()).doesNotContainPattern("<script[^>]*>[^<]").doesNotContain("//");
  }

  @Test
  void aBrowserThatHasAFileIsToldSo() {
    Answer first = nano.get("/ui/app.js");
    String tag = first.response().headers().firstValue("ETag").orElseThrow();
    assertThat(tag).matches("\"[0-9a-f]{32}\"");
    Answer again = nano.get("/ui/app.js", "If-None-Match", tag);
    assertThat(again.status()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(again.response().headers().firstValue("ETag")).contains(tag);
    assertThat(nano.get("/ui/app.js", "If-None-Match", "\"0\"").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ui/none.js",
        "/ui/WebPage.class",
        "/ui/package.json",
        "/ui/../index.html",
        "/ui/%2e%2e/%2e%2e/ServerOptions.class",
        "/ui/lib/none.js",
        "/ui//etc/passwd",
        "/ui/view/../../x.js"
      })
  void otherFilesAreNot(String path) {
    assertThat(nano.get(path).status()).isIn(400, 404);
  }

  @Test
  void whatThePageAsksForNeedsTheKey() {
    assertThat(nano.get("/v1/models").status()).isEqualTo(401);
    assertThat(nano.post("/v1/pictures/plan", "{\"pictures\": []}").status()).isEqualTo(401);
  }

  @Test
  void withoutThePageThereIsNone() {
    try (NanoServer other =
        new NanoServer(b -> b.exposed(new ServerOptions.Exposed(true, true, false)))) {
      assertThat(other.get("/").status()).isEqualTo(404);
      assertThat(other.get("/ui/app.js").status()).isEqualTo(404);
    }
  }

  private static Answer plan(String body) {
    return nano.post("/v1/pictures/plan", body, "X-Api-Key", "secret");
  }

  @Test
  void picturesArePlannedFromTheirSizes() {
    Answer answer =
        plan(
            "{\"pictures\": [{\"width\": 192, \"height\": 160}, {\"width\": 640, \"height\": 480, \"max_tokens\": 64}]}");
    assertThat(answer.status()).isEqualTo(200);
    JsonNode plans = answer.json().path("plans");
    assertThat(plans.path(0).path("grid_thw").toString()).isEqualTo("[1,10,12]");
    assertThat(plans.path(0).path("tokens").intValue()).isEqualTo(30);
    assertThat(plans.path(0).path("resized_width").intValue()).isEqualTo(192);
    assertThat(plans.path(1).path("tokens").intValue()).isBetween(32, 64);
    assertThat(answer.json().path("tokens").intValue())
        .isEqualTo(30 + plans.path(1).path("tokens").intValue());
  }

  /** What is planned is what a reply with such a picture says of it. */
  @Test
  void thePlanIsWhatHappens() {
    String picture = NanoServer.picture(150, 130, java.awt.Color.RED);
    Answer reply =
        nano.post(
            "/v1/chat/completions",
            "{\"max_tokens\": 1, \"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image_url\", \"image_url\": {\"url\": \"%s\"}}]}]}"
                .formatted(picture),
            "X-Api-Key",
            "secret");
    JsonNode seen = reply.json().path("media").path(0);
    JsonNode plan =
        plan("{\"pictures\": [{\"width\": 150, \"height\": 130}]}").json().path("plans").path(0);
    for (String field : List.of("width", "height", "resized_width", "resized_height", "tokens")) {
      assertThat(plan.path(field)).as(field).isEqualTo(seen.path(field));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"pictures\": [{\"width\": 5}]}",
        "{\"pictures\": [{\"width\": 0, \"height\": 5}]}",
        "{\"pictures\": [{\"width\": 2000000, \"height\": 5}]}",
        "{\"pictures\": [{\"width\": 100000, \"height\": 1}]}",
        "{\"pictures\": [{\"width\": 5, \"height\": 5, \"depth\": 1}]}",
        "{\"pictures\": 5}",
        "{\"pictures\": [7]}"
      })
  void whatIsNoSizeIsNamed(String body) {
    Answer answer = plan(body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).containsAnyOf("pictures", "width", "height", "depth");
  }
}
