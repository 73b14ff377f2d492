package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;
import org.apache.pdfbox.pdmodel.graphics.state.RenderingMode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Documents in requests of the three APIs. */
class DocumentsContractTest {
  private static final String RED = NanoServer.picture(128, 96, Color.RED);
  private static final String BLUE = NanoServer.picture(128, 96, Color.BLUE);
  private static NanoServer nano;

  @BeforeAll
  static void start() {
    nano = new NanoServer(b -> {});
  }

  @AfterAll
  static void stop() {
    nano.close();
  }

  /** Pages that show pictures at 144 pixels an inch, as base64. */
  private static String pdf(String password, List<String> urls) {
    return pdf(password, urls, "");
  }

  /** The same with an invisible text layer on every page, if there are words for it. */
  private static String pdf(String password, List<String> urls, String text) {
    try (PDDocument document = new PDDocument()) {
      for (String url : urls) {
        byte[] png = Base64.getDecoder().decode(NanoServer.base64(url));
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        float width = image.getWidth() / 2f;
        float height = image.getHeight() / 2f;
        PDPage page = new PDPage(new PDRectangle(width, height));
        document.addPage(page);
        try (PDPageContentStream out = new PDPageContentStream(document, page)) {
          out.drawImage(LosslessFactory.createFromImage(document, image), 0, 0, width, height);
          if (!text.isEmpty()) {
            out.beginText();
            out.setRenderingMode(RenderingMode.NEITHER);
            out.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 4);
            out.newLineAtOffset(1, 10);
            out.showText(text);
            out.endText();
          }
        }
      }
      if (!password.isEmpty()) {
        document.protect(new StandardProtectionPolicy("x", password, new AccessPermission()));
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      document.save(out);
      return Base64.getEncoder().encodeToString(out.toByteArray());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static NanoServer.Answer chat(String parts) {
    return nano.post(
        "/v1/chat/completions",
        """
        {"messages": [{"role": "user", "content": [%s, {"type": "text", "text": "What is it?"}]}],
         "max_tokens": 12, "temperature": 0}\
        """
            .formatted(parts));
  }

  private static String image(String url) {
    return "{\"type\": \"image_url\", \"image_url\": {\"url\": \"%s\"}}".formatted(url);
  }

  private static String file(String data, String more) {
    return "{\"type\": \"file\", \"file\": {\"filename\": \"a.pdf\", \"file_data\": \"%s\"%s}}"
        .formatted(data, more);
  }

  private static String url(String pdf) {
    return "data:application/pdf;base64," + pdf;
  }

  private static void same(NanoServer.Answer a, NanoServer.Answer b) {
    assertThat(a.status()).as(a.body()).isEqualTo(200);
    assertThat(b.status()).as(b.body()).isEqualTo(200);
    JsonNode x = a.json();
    JsonNode y = b.json();
    assertThat(x.path("choices").path(0).path("message"))
        .isEqualTo(y.path("choices").path(0).path("message"));
    assertThat(x.path("usage").path("prompt_tokens"))
        .isEqualTo(y.path("usage").path("prompt_tokens"));
  }

  @Test
  void aPageIsAPicture() {
    NanoServer.Answer picture = chat(image(RED));
    String pdf = pdf("", List.of(RED));
    same(chat(file(url(pdf), "")), picture);
    same(chat(file(pdf, "")), picture);
    same(chat(image(url(pdf))), picture);
    same(chat(file(url(pdf("", List.of(BLUE, RED))), ", \"pages\": \"2\"")), picture);
    same(chat(file(url(pdf("secret", List.of(RED))), ", \"password\": \"secret\"")), picture);
    // A file may be a picture, too.
    same(chat(file(RED, "")), picture);
  }

  @Test
  void aSecondQuestionNeitherDrawsNorEncodes() {
    String part = file(url(pdf("", List.of(BLUE, RED, BLUE))), ", \"pages\": \"2\"");
    assertThat(chat(part).status()).isEqualTo(200);
    // Words before the page: no prefix of the prompt is known, the page alone is.
    JsonNode second = chat("{\"type\": \"text\", \"text\": \"Look.\"}, " + part).json();
    assertThat(second.path("media").path(0).path("cached").asBoolean()).isTrue();
    assertThat(second.path("timings").path("decode_image_ms").asDouble()).isZero();
    assertThat(second.path("timings").path("encode_ms").asDouble()).isZero();
  }

  @Test
  void severalPagesAreNumbered() {
    String words = "{\"type\": \"text\", \"text\": \"Page %d:\"}, ";
    same(
        chat(file(url(pdf("", List.of(RED, BLUE))), "")),
        chat(words.formatted(1) + image(RED) + ", " + words.formatted(2) + image(BLUE)));
  }

  @Test
  void textLayersAreHintsWhereTheyAreAskedFor() {
    String pdf = pdf("", List.of(RED), "Total 42");
    String layer = ", {\"type\": \"text\", \"text\": \"Text layer of the page:\\nTotal 42\"}";
    String hint = ", \"pdf_text\": \"hint\"";
    NanoServer.Answer wanted = chat(image(RED) + layer);
    same(chat(file(url(pdf), hint)), wanted);
    same(chat(image(url(pdf)).replaceFirst("}}$", "}" + hint + "}")), wanted);
    same(chat(file(url(pdf), ", \"pdf_text\": \"off\"")), chat(image(RED)));
    same(chat(file(url(pdf("", List.of(RED))), hint)), chat(image(RED)));
    int tokens = wanted.json().path("usage").path("prompt_tokens").asInt();
    NanoServer.Answer response =
        nano.post(
            "/v1/responses",
            """
            {"input": [{"role": "user", "content": [
              {"type": "input_file", "file_data": "%s", "pdf_text": "hint"},
              {"type": "input_text", "text": "What is it?"}]}], "max_output_tokens": 2}\
            """
                .formatted(url(pdf)));
    assertThat(response.json().path("usage").path("input_tokens").asInt()).isEqualTo(tokens);
    NanoServer.Answer message = nano.post("/v1/messages", document(pdf, "hint"));
    JsonNode usage = message.json().path("usage");
    assertThat(
            usage.path("input_tokens").asInt()
                + usage.path("cache_read_input_tokens").asInt()
                + usage.path("cache_creation_input_tokens").asInt())
        .isEqualTo(tokens);
    refused(
        chat(file(url(pdf), ", \"pdf_text\": \"on\"")),
        "messages[0].content[0].file.pdf_text",
        "is 'on'; use off or hint");
    refused(chat(file(RED, hint)), "messages[0].content[0].file.file_data", "no text layer");
    assertThat(nano.post("/v1/messages", document(pdf, "no")).error())
        .contains("pdf_text: is 'no'; use off or hint");
    String extraction =
        "{\"schema\": {\"type\": \"object\", \"properties\": {}}, \"images\": [%s]}"
            .formatted(file(url(pdf), hint));
    assertThat(nano.post("/v1/extract", extraction).error()).contains("images[0].pdf_text: has no");
    assertThat(nano.get("/openapi.json").body()).contains("pdf_text");
  }

  private static String document(String pdf, String text) {
    return """
    {"max_tokens": 2, "messages": [{"role": "user", "content": [
      {"type": "document", "pdf_text": "%s", "source": {"type": "base64",
        "media_type": "application/pdf", "data": "%s"}},
      {"type": "text", "text": "What is it?"}]}]}\
    """
        .formatted(text, pdf);
  }

  @Test
  void responsesAndMessagesTakeDocuments() {
    String pdf = pdf("", List.of(RED));
    NanoServer.Answer response =
        nano.post(
            "/v1/responses",
            """
            {"input": [{"role": "user", "content": [
              {"type": "input_file", "filename": "a.pdf", "file_data": "%s"},
              {"type": "input_text", "text": "What is it?"}]}], "max_output_tokens": 12,
             "temperature": 0}\
            """
                .formatted(url(pdf)));
    assertThat(response.status()).as(response.body()).isEqualTo(200);
    String said =
        chat(image(RED)).json().path("choices").path(0).path("message").path("content").asString();
    assertThat(response.body()).contains(said);
    NanoServer.Answer items =
        nano.get("/v1/responses/" + response.json().path("id").asString() + "/input_items");
    assertThat(items.body()).contains("a.pdf").doesNotContain(pdf);
    NanoServer.Answer message =
        nano.post(
            "/v1/messages",
            """
            {"max_tokens": 12, "temperature": 0, "messages": [{"role": "user", "content": [
              {"type": "document", "source": {"type": "base64",
                "media_type": "application/pdf", "data": "%s"}},
              {"type": "text", "text": "What is it?"}]}]}\
            """
                .formatted(pdf));
    assertThat(message.status()).as(message.body()).isEqualTo(200);
    assertThat(message.json().path("content").path(0).path("text").asString()).isEqualTo(said);
    NanoServer.Answer words =
        nano.post(
            "/v1/messages",
            """
            {"max_tokens": 2, "messages": [{"role": "user", "content": [
              {"type": "document", "title": "Notes", "source": {"type": "text",
                "media_type": "text/plain", "data": "A red heart."}}]}]}\
            """);
    assertThat(words.status()).as(words.body()).isEqualTo(200);
  }

  @Test
  void errorsNameTheField() {
    String pdf = url(pdf("secret", List.of(RED)));
    String at = "messages[0].content[0].file.file_data";
    refused(chat(file(pdf, "")), at, "encrypted and needs a password");
    refused(chat(file(pdf, ", \"password\": \"y\"")), at, "the password does not open it");
    String two = url(pdf("", List.of(RED, BLUE)));
    refused(chat(file(two, ", \"pages\": \"2-3\"")), at, "it has 2 pages, 1 to 2");
    refused(chat(file(two, ", \"pages\": \"a\"")), at, "'a' names no pages");
    refused(chat(file(RED, ", \"pages\": \"1\"")), at, "is no document");
    refused(chat(file("data:application/pdf;base64,JVBERi0xLjQK", "")), at, "is cut off");
    refused(
        chat("{\"type\": \"file\", \"file\": {\"file_id\": \"file-1\"}}"),
        "messages[0].content[0].file.file_id",
        "files are not kept here");
    refused(
        chat("{\"type\": \"file\", \"file\": {\"data\": \"x\"}}"),
        "messages[0].content[0].file.data",
        "");
  }

  private static void refused(NanoServer.Answer answer, String field, String words) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    JsonNode error = answer.json().path("error");
    assertThat(error.path("param").asString()).isEqualTo(field);
    assertThat(error.path("message").asString()).contains(words);
  }

  /** What a client that cannot draw pages is shown of them, and of clips. */
  @Test
  void pagesAndFramesAreShownAsTheModelSeesThem() throws IOException {
    String frames =
        "data:video/jpeg;base64," + NanoServer.base64(RED) + "," + NanoServer.base64(BLUE);
    String clip =
        "{\"type\": \"video_url\", \"fps\": 1, \"video_url\": {\"url\": \"%s\"}}".formatted(frames);
    String request = "{\"messages\": [{\"role\": \"user\", \"content\": [%s, %s]}], \"views\": %s}";
    String pages = file(url(pdf("", List.of(RED, BLUE, RED))), ", \"pages\": \"2-3\"");
    JsonNode shown =
        nano.post(
                "/v1/pictures/view",
                request.formatted(
                    pages,
                    clip,
                    "[{\"index\": 0}, {\"index\": 2, \"seconds\": 5}, {\"index\": 2}]"))
            .json();
    assertThat(shown.path("count").intValue()).isEqualTo(3);
    JsonNode views = shown.path("views");
    assertThat(views.path(0).path("page").intValue()).isEqualTo(2);
    assertThat(views.path(1).path("seconds").doubleValue()).isEqualTo(1);
    assertThat(views.path(2).path("seconds").doubleValue()).isZero();
    Color[] middle = {Color.BLUE, Color.BLUE, Color.RED};
    for (int i = 0; i < middle.length; i++) {
      String png = NanoServer.base64(views.path(i).path("url").stringValue());
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(png)));
      assertThat(image.getWidth()).isEqualTo(views.path(i).path("width").intValue());
      assertThat(new Color(image.getRGB(image.getWidth() / 2, image.getHeight() / 2)))
          .as("view %d", i)
          .isEqualTo(middle[i]);
    }
    for (String wrong :
        List.of(
            "[{\"index\": 3}]",
            "[{\"index\": 0, \"seconds\": 1}]",
            "[{}]",
            "[{\"indices\": 1}]",
            "7")) {
      NanoServer.Answer answer =
          nano.post("/v1/pictures/view", request.formatted(pages, clip, wrong));
      assertThat(answer.status()).as(answer.body()).isEqualTo(400);
      assertThat(answer.error()).contains("views");
    }
  }
}
