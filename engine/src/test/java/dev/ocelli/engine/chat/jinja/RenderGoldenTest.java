package dev.ocelli.engine.chat.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.tokenizer.TextFixtures;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Prompts of Hugging Face's chat template engine. */
class RenderGoldenTest {
  private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 7, 4, 5, 6);

  @ParameterizedTest
  @ValueSource(strings = {"instruct", "thinking"})
  void everyRenderOfTheQwen3VlTemplatesIsEqual(String name) {
    Template template =
        Template.parse(TextFixtures.text("templates/" + name + ".jinja"), name + ".jinja");
    int compared = 0;
    for (JsonNode render : TextFixtures.json("templates/renders.json")) {
      if (!render.path("template").stringValue().equals(name)) {
        continue;
      }
      Map<String, Object> variables = new HashMap<>();
      for (String variable :
          new String[] {"messages", "tools", "add_generation_prompt", "add_vision_id"}) {
        variables.put(
            variable, JsonMapper.shared().treeToValue(render.path(variable), Object.class));
      }
      assertThat(template.render(variables, NOW).text())
          .as("%s, generation prompt %s", render.path("name"), render.path("add_generation_prompt"))
          .isEqualTo(render.path("prompt").stringValue());
      compared++;
    }
    assertThat(compared).isEqualTo(52);
  }
}
