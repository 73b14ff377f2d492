package dev.ocelli.engine.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.grammar.JsonSchemaGrammar;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Records say what is wanted and are made of what was read. */
class RecordTypeContractTest {
  enum Currency {
    EUR,
    CNY
  }

  record Line(String text, int count, BigDecimal price) {}

  record Invoice(
      String number,
      LocalDate date,
      Optional<String> customer,
      Currency currency,
      List<Line> lines,
      boolean paid,
      double rate,
      Long total) {
    Invoice {
      if (number.isEmpty()) {
        throw new IllegalArgumentException("an invoice has a number");
      }
    }
  }

  record Loop(List<Loop> more) {}

  record Bag(Inner inner) {}

  record Inner(Map<String, String> values) {}

  private static final String DATA =
      """
      {"number": "A-1", "date": "2026-02-28", "customer": null, "currency": "CNY",
       "lines": [{"text": "pen", "count": 2, "price": 1.50}], "paid": true, "rate": 0.19, "total": 3}
      """;

  private static Invoice invoice(String data) {
    return RecordType.of(Invoice.class).read(JsonMapper.shared().readTree(data));
  }

  @Test
  void theSchemaIsOneThatRepliesAreHeldTo() {
    String schema = RecordType.of(Invoice.class).schema().toString();
    assertThat(schema)
        .contains("\"date\":{\"type\":\"string\",\"format\":\"date\"}")
        .contains("\"customer\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}")
        .contains("\"currency\":{\"enum\":[\"EUR\",\"CNY\"]}")
        .contains("\"paid\":{\"type\":\"boolean\"}");
    assertThat(JsonSchemaGrammar.parse(schema)).isNotNull();
    assertThat(ExtractionSchema.of(schema, true).wrapped()).isTrue();
  }

  @Test
  void dataBecomesARecord() {
    Invoice i = invoice(DATA);
    assertThat(i.number()).isEqualTo("A-1");
    assertThat(i.date()).isEqualTo(LocalDate.of(2026, 2, 28));
    assertThat(i.customer()).isEmpty();
    assertThat(i.currency()).isEqualTo(Currency.CNY);
    assertThat(i.lines()).hasSize(1);
    assertThat(i.lines().getFirst().price()).isEqualByComparingTo("1.5");
    assertThat(i.total()).isEqualTo(3);
  }

  @Test
  void whatDoesNotFitNamesItsPlace() {
    for (String[] change :
        new String[][] {
          {"\"2026-02-28\"", "\"2026-02-30\"", "Invoice.date"},
          {"\"count\": 2", "\"count\": 2.5", "Invoice.lines[0].count"},
          {"\"count\": 2", "\"count\": 99999999999", "Invoice.lines[0].count"},
          {"\"CNY\"", "\"USD\"", "Invoice.currency"},
          {"\"paid\": true,", "", "Invoice.paid"},
          {"\"A-1\"", "\"\"", "an invoice has a number"}
        }) {
      String data = DATA.replace(change[0], change[1]);

      assertThatThrownBy(() -> invoice(data))
          .as(change[1])
          .isInstanceOf(OcelliException.class)
          .hasMessageContaining(change[2]);
    }
  }

  @Test
  void otherTypesAreRefusedWithTheirPath() {
    assertThatThrownBy(() -> RecordType.of(Bag.class))
        .isInstanceOf(OcelliException.class)
        .hasMessageStartingWith("Bag.inner.values: java.util.Map<");
    assertThatThrownBy(() -> RecordType.of(Loop.class)).hasMessageContaining("contains itself");
    assertThatThrownBy(() -> RecordType.of(String.class)).hasMessageContaining("is no record");
  }
}
