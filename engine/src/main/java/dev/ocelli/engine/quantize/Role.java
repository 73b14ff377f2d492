package dev.ocelli.engine.quantize;

/** What a matrix does in a model, as far as its type depends on that. */
enum Role {
  EMBEDDING,
  OUTPUT,
  QUERY,
  KEY,
  VALUE,
  /** Query, key and value in one. */
  ATTENTION_INPUT,
  ATTENTION_OUTPUT,
  GATE,
  UP,
  DOWN,
  OTHER;

  /** The role of a tensor by its GGUF name. */
  static Role of(String name) {
    if (name.equals("output.weight")) {
      return OUTPUT;
    }
    if (name.equals("token_embd.weight")) {
      return EMBEDDING;
    }
    if (name.contains("attn_qkv.weight")) {
      return ATTENTION_INPUT;
    }
    if (name.contains("attn_v.weight")) {
      return VALUE;
    }
    if (name.contains("attn_k.weight")) {
      return KEY;
    }
    if (name.contains("attn_q.weight")) {
      return QUERY;
    }
    if (name.contains("attn_output.weight")) {
      return ATTENTION_OUTPUT;
    }
    if (name.contains("ffn_up")) {
      return UP;
    }
    if (name.contains("ffn_gate")) {
      return GATE;
    }
    return name.contains("ffn_down") ? DOWN : OTHER;
  }

  /** Whether the matrix makes values, which suffer most from rounding. */
  boolean makesValues() {
    return this == VALUE || this == ATTENTION_INPUT;
  }
}
