package dev.ocelli.engine.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What schemas allow and refuse, and which are refused themselves. */
class JsonSchemaContractTest {

  /** Schema, texts that fit, texts that do not; quotes are written as '. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '~',
      value = {
        "{'type': 'string'} ¦ '';'a\\n';'\\u00e9\\ud83d\\ude00 é' ¦ a;'a;'\\ud800';'\\x';1",
        "{'type': 'string', 'minLength': 2, 'maxLength': 3} ¦ 'ab';'日本語';'\\u0041b' ¦ 'a';'abcd'",
        "{'type': 'string', 'pattern': '^[a-c]+$'} ¦ 'abc' ¦ '';'abd';abc",
        "{'type': 'string', 'pattern': 'b'} ¦ 'b';'abc' ¦ 'ac';''",
        "{'type': 'string', 'pattern': '^\\\\s\\\\.\\\\\\\\'} ¦ ' .\\\\';'\\n.\\\\x' ¦ ' ..'",
        "{'type': 'string', 'format': 'date'} ¦ '2024-02-29';'2023-12-31' ¦ '2023-02-29';'2023-04-31';'23-1-1'",
        "{'type': 'string', 'format': 'time'} ¦ '23:59:59Z';'00:00:00.123+01:00' ¦ '24:00:00Z';'12:00Z'",
        "{'type': 'string', 'format': 'date-time'} ¦ '2024-02-29T12:00:00Z' ¦ '2024-02-29 12:00:00Z'",
        "{'type': 'string', 'format': 'uuid'} ¦ '123e4567-e89b-12d3-a456-426614174000' ¦ '123e4567'",
        "{'type': 'string', 'format': 'email'} ¦ 'a.b+c@x-y.org' ¦ 'a@b';'a b@c.de'",
        "{'type': 'string', 'format': 'ipv4'} ¦ '0.10.255.1' ¦ '256.1.1.1';'01.1.1.1'",
        "{'type': 'string', 'format': 'ipv6'} ¦ '::';'1::';'::1';'fe80::1:2';'1:2:3:4:5:6:7:8' ¦ '1:2';'1::2::3';':::'",
        "{'type': 'integer'} ¦ 0;-5;123 ¦ 01;1.0;1e2;'1'",
        "{'type': 'integer', 'minimum': -3, 'maximum': 12} ¦ -3;0;9;12 ¦ -4;13;100",
        "{'type': 'integer', 'exclusiveMinimum': 98.5, 'exclusiveMaximum': 101} ¦ 99;100 ¦ 98;101",
        "{'type': 'number'} ¦ 0;-1.5;2e10;1E-3 ¦ .5;1.;+1;01",
        "{'type': 'number', 'minimum': 0.5, 'maximum': 1.25} ¦ 0.5;0.51;1;1.0;1.249;1.25;1.2500 ¦ 0.4;0.49;1.251;1.3;2",
        "{'type': 'number', 'exclusiveMinimum': 0} ¦ 0.001;1;99999 ¦ 0;0.0;-1",
        "{'type': 'number', 'exclusiveMaximum': -1.5} ¦ -1.51;-2 ¦ -1.5;-1;0",
        "{'type': 'boolean'} ¦ true;false ¦ null;True",
        "{'type': ['string', 'null']} ¦ null;'x' ¦ 1;true",
        "{'type': ['integer', 'number']} ¦ 1;1.5 ¦ 'a'",
        "{} ¦ 1;'a';[];{};[1, {'a': [null]}];true ¦ ;a",
        "true ¦ {'a':1} ¦ a",
        "{'enum': ['a', 1, null, {'b': [2]}]} ¦ 'a';1;null;{'b':[2]} ¦ 'b';2",
        "{'type': 'string', 'enum': ['a', null]} ¦ 'a' ¦ null",
        "{'const': 'x\\ny'} ¦ 'x\\ny' ¦ 'xy'",
        "{'const': 1, 'enum': [1, 2]} ¦ 1 ¦ 2",
        "{'type': 'array', 'items': {'type': 'integer'}} ¦ [];[1];[1, 2];[1,2,3];[ 1 ] ¦ [1,];[,1];['a'];[1 ,2]",
        "{'type': 'array', 'items': {'const': 1}, 'minItems': 2, 'maxItems': 3} ¦ [1,1];[1, 1, 1] ¦ [];[1];[1,1,1,1]",
        "{'type': 'array', 'maxItems': 0} ¦ [] ¦ [1]",
        "{'type': 'array', 'items': false} ¦ [] ¦ [1]",
        "{'type': 'array', 'prefixItems': [{'const': 1}, {'const': 2}]} ¦ [];[1];[1,2] ¦ [2];[1,2,3]",
        "{'type': 'array', 'prefixItems': [{'const': 1}], 'items': {'const': 3}, 'minItems': 2} ¦ [1,3];[1,3,3] ¦ [1];[3,3]",
        "{'prefixItems': [{'const': 1}, {'const': 2}], 'minItems': 2, 'maxItems': 2} ¦ [1,2] ¦ [1];[]",
        "{'type': 'object'} ¦ {};{'a':1};{'a': {'b': []}, 'c': 1} ¦ [];{a:1};{'a'}",
        "{'type': 'object', 'properties': {'a': {'type': 'integer'}, 'b': {'const': 1}, 'c': {'const': 2}}, 'required': ['b']}"
            + " ¦ {'b':1};{'a': 5, 'b': 1};{'b':1,'c':2};{ 'a':1, 'b':1,'c':2 } ¦ {};{'a':1};{'c':2,'b':1};{'b':1,};{'b':1,'d':1}",
        "{'properties': {'a': {'const': 1}, 'b': {'const': 2}}} ¦ {};{'a':1};{'b':2};{'a':1,'b':2} ¦ {'a':1,};{,'b':2};{'x':1}",
        "{'properties': {'a': {'const': 1}}, 'additionalProperties': {'const': 2}} ¦ {};{'a':1};{'b':2};{'a':1,'ab':2,'':2};{'aa':2} ¦ {'a':2};{'b':1};{'b':2,'a':1}",
        "{'additionalProperties': {'type': 'integer'}} ¦ {};{'x':1,'y':2} ¦ {'x':'a'}",
        "{'properties': {}, 'additionalProperties': false} ¦ {} ¦ {'a':1}",
        "{'properties': {'a': false, 'b': {'const': 1}}} ¦ {};{'b':1} ¦ {'a':1}",
        "{'required': ['a']} ¦ {'a':5} ¦ {};{'b':5}",
        "{'anyOf': [{'const': 1}, {'type': 'string'}]} ¦ 1;'x' ¦ 2",
        "{'type': 'integer', 'anyOf': [{'minimum': 5}, {'maximum': -5}, {'type': 'string'}]} ¦ 5;-6 ¦ 0;'x'",
        "{'oneOf': [{'type': 'integer'}, {'type': 'string'}]} ¦ 1;'x' ¦ null",
        "{'allOf': [{'type': 'integer', 'minimum': 3}, {'maximum': 5}]} ¦ 3;5 ¦ 2;6",
        "{'allOf': [{'properties': {'a': {'const': 1}}, 'required': ['a']}, {'properties': {'b': {'const': 2}}, 'required': ['b']}]} ¦ {'a':1,'b':2} ¦ {'a':1};{'b':2}",
        "{'allOf': [{'properties': {'a': {'type': 'integer'}}, 'additionalProperties': false}, {'properties': {'a': {'minimum': 7}, 'b': {}}}]} ¦ {};{'a':7} ¦ {'a':6};{'b':1}",
        "{'$ref': '#/$defs/x y', '$defs': {'x y': {'const': 1}}} ¦ 1 ¦ 2",
        "{'$defs': {'n': {'type': 'integer'}}, 'properties': {'a': {'$ref': '#/$defs/n', 'minimum': 5}}} ¦ {'a':5} ¦ {'a':4};{'a':'x'}",
        "{'properties': {'v': {'const': 1}, 'next': {'$ref': '#'}}, 'required': ['v']} ¦ {'v':1};{'v':1,'next':{'v':1,'next':{'v':1}}} ¦ {'v':1,'next':1}",
        "{'title': 't', 'description': 'd', 'default': 1, 'examples': [1], '$schema': 's', 'x-order': 1, 'const': 1} ¦ 1 ¦ 2",
      })
  void allows(String schema, String good, String bad) {
    Grammar g = JsonSchemaGrammar.parse(quoted(schema));
    for (String text : quoted(good).split(";", -1)) {
      assertThat(Replies.accepts(g, text)).as("%s allows %s", schema, text).isTrue();
    }
    for (String text : quoted(bad).split(";", -1)) {
      assertThat(Replies.accepts(g, text)).as("%s refuses %s", schema, text).isFalse();
    }
  }

  /** Schema, where, and what the error says. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '~',
      value = {
        "{'type': 'number', 'multipleOf': 2} ¦ /multipleOf' ¦ not supported",
        "{'properties': {'a/b': {'not': {}}}} ¦ /properties/a~1b/not' ¦ not supported",
        "{'items': {'contains': {}}} ¦ /items/contains' ¦ not supported",
        "{'type': 'array', 'uniqueItems': true} ¦ /uniqueItems' ¦ not supported",
        "{'patternProperties': {}} ¦ /patternProperties' ¦ not supported",
        "{'if': {}} ¦ /if' ¦ not supported",
        "{'minProperties': 1} ¦ /minProperties' ¦ not supported",
        "{'nullable': true} ¦ /nullable' ¦ not supported",
        "{'type': 'text'} ¦ /type' ¦ is not a type",
        "{'type': 'string', 'format': 'zip'} ¦ /format' ¦ date-time, duration, email",
        "{'type': 'string', 'pattern': '(?=a)'} ¦ /pattern' ¦ look-ahead",
        "{'type': 'string', 'pattern': 'a', 'maxLength': 3} ¦ /maxLength' ¦ say the length in the pattern",
        "{'type': 'string', 'minLength': -1} ¦ /minLength' ¦ a count is needed",
        "{'type': 'integer', 'minimum': '1'} ¦ /minimum' ¦ a number",
        "{'type': 'integer', 'minimum': 3, 'maximum': 2} ¦ at '#' ¦ no value fits",
        "{'type': 'string', 'minLength': 3, 'maxLength': 2} ¦ at '#' ¦ no value fits",
        "false ¦ at '#' ¦ no value fits",
        "5 ¦ at '#' ¦ a schema is an object",
        "{'properties': {'a': 5}} ¦ /properties/a' ¦ a schema is an object",
        "{'properties': []} ¦ /properties' ¦ object of schemas",
        "{'required': 'a'} ¦ /required' ¦ list of names",
        "{'enum': []} ¦ /enum' ¦ list of values",
        "{'enum': ['a'], 'minLength': 2} ¦ /minLength' ¦ list the values that fit",
        "{'items': [{}]} ¦ /items' ¦ prefixItems",
        "{'$ref': '#/$defs/x'} ¦ /$ref' ¦ nothing is at",
        "{'$ref': 'http://x.org/y'} ¦ /$ref' ¦ JSON pointer",
        "{'anyOf': []} ¦ /anyOf' ¦ list of schemas",
        "{'oneOf': [{'type': 'integer'}, {'type': 'number'}]} ¦ /oneOf' ¦ branches 0 and 1",
        "{'allOf': [{'type': 'string'}, {'type': 'integer'}]} ¦ at '#' ¦ no value fits",
        "{'allOf': [{'pattern': 'a'}, {'pattern': 'b'}]} ¦ /allOf' ¦ 'pattern' is asked for twice",
        "{'$ref': '#'} ¦ '#' ¦ can never end",
        "{'anyOf': [{'$ref': '#'}, {'type': 'null'}]} ¦ '#' ¦ left-recursive",
        "{'properties': {'a': {'$ref': '#'}}, 'required': ['a']} ¦ '#' ¦ can never end",
        "{'allOf': [{'$ref': '#'}]} ¦ /allOf' ¦ without end",
        "{'type': 'string', 'maxLength': 100000000} ¦ constraint ¦ too large",
        "{'a': 1, 'a': 2} ¦ JSON ¦ uplicate",
        "{'a' ¦ JSON ¦ end-of-input",
        "{} x ¦ JSON ¦ mend it",
      })
  void refuses(String schema, String where, String what) {
    assertThatThrownBy(
            () -> CompiledGrammar.of(JsonSchemaGrammar.parse(quoted(schema)), Replies.VOCABULARY),
            schema)
        .isInstanceOfSatisfying(
            OcelliException.class, e -> assertThat(e.kind()).isEqualTo(OcelliException.Kind.USAGE))
        .message()
        .contains(where, what)
        .satisfies(m -> assertThat(m.lines()).hasSize(1));
  }

  @Test
  void layouts() {
    Grammar g = JsonSchemaGrammar.parse(quoted("{'properties': {'a': {'items': {}}}}"));
    assertThat(Replies.accepts(g, "{\n  \"a\": [\n\t1,\n\t{}\n  ]\n}")).isTrue();
    assertThat(Replies.accepts(g, "{\"a\":[]}")).isTrue();
    assertThat(Replies.accepts(g, "{\"a\"  :[]}")).isFalse();
    assertThat(Replies.accepts(g, "{\n\n\n\"a\":[]}")).isFalse();
    assertThat(Replies.accepts(g, "{}\n")).isFalse();
  }

  @Test
  void discriminatedUnions() {
    String animal =
        "{'oneOf': [{'$ref': '#/$defs/cat'}, {'$ref': '#/$defs/dog'}], '$defs': {"
            + "'cat': {'type': 'object', 'properties': {'kind': {'const': 'cat'}}, 'required': ['kind']},"
            + "'dog': {'type': 'object', 'properties': {'kind': {'const': 'dog'}}, 'required': ['kind']}}}";
    Grammar g = JsonSchemaGrammar.parse(quoted(animal));
    assertThat(Replies.accepts(g, "{\"kind\": \"dog\"}")).isTrue();
    assertThat(Replies.accepts(g, "{\"kind\": \"cow\"}")).isFalse();
  }

  @Test
  void largeSchemasAreTaken() {
    StringBuilder s = new StringBuilder("{\"type\": \"object\", \"properties\": {");
    for (int i = 0; i < 400; i++) {
      s.append(i == 0 ? "" : ", ").append("\"p").append(i).append("\": {\"maxLength\": 20}");
    }
    Grammar g = JsonSchemaGrammar.parse(s + "}}");
    assertThat(Replies.accepts(g, "{\"p3\": \"x\", \"p399\": \"y\"}")).isTrue();
    assertThat(Replies.accepts(g, "{\"p3\": \"x\", \"p2\": \"y\"}")).isFalse();
    StringBuilder deep = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      deep.append("{\"items\": ");
    }
    assertThatThrownBy(() -> JsonSchemaGrammar.parse(deep + "{}" + "}".repeat(400)))
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining("deeper than 64");
  }

  private static String quoted(String s) {
    return s.replace('\'', '"');
  }
}
