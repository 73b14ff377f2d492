package dev.ocelli.engine.convert;

import dev.ocelli.engine.safetensors.HfConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tensors that a configuration asks for: names and shapes, outermost dimension first. */
final class ExpectedTensors {
  private final Map<String, long[]> shapes = new LinkedHashMap<>();

  private ExpectedTensors() {}

  static Map<String, long[]> ofText(HfConfig c) {
    ExpectedTensors all = new ExpectedTensors();
    HfConfig.Text t = c.text();
    all.add("token_embd.weight", t.vocabulary(), t.hidden());
    all.add("output_norm.weight", t.hidden());
    if (!c.tiedEmbeddings()) {
      all.add("output.weight", t.vocabulary(), t.hidden());
    }
    for (int i = 0; i < t.layers(); i++) {
      all.layer("blk." + i + ".", t);
    }
    return all.shapes;
  }

  private void layer(String p, HfConfig.Text t) {
    int heads = t.heads() * t.headDim();
    int keyHeads = t.kvHeads() * t.headDim();
    add(p + "attn_norm.weight", t.hidden());
    add(p + "attn_q.weight", heads, t.hidden());
    add(p + "attn_k.weight", keyHeads, t.hidden());
    add(p + "attn_v.weight", keyHeads, t.hidden());
    add(p + "attn_q_norm.weight", t.headDim());
    add(p + "attn_k_norm.weight", t.headDim());
    add(p + "attn_output.weight", t.hidden(), heads);
    add(p + "ffn_norm.weight", t.hidden());
    HfConfig.Moe moe = t.moe();
    if (moe == null) {
      add(p + "ffn_gate.weight", t.feedForward(), t.hidden());
      add(p + "ffn_up.weight", t.feedForward(), t.hidden());
      add(p + "ffn_down.weight", t.hidden(), t.feedForward());
      return;
    }
    add(p + "ffn_gate_inp.weight", moe.experts(), t.hidden());
    add(p + "ffn_gate_exps.weight", moe.experts(), moe.feedForward(), t.hidden());
    add(p + "ffn_up_exps.weight", moe.experts(), moe.feedForward(), t.hidden());
    add(p + "ffn_down_exps.weight", moe.experts(), t.hidden(), moe.feedForward());
  }

  static Map<String, long[]> ofVision(HfConfig c) {
    ExpectedTensors all = new ExpectedTensors();
    HfConfig.Vision v = c.vision();
    int h = v.hidden();
    int merged = h * v.spatialMerge() * v.spatialMerge();
    all.add("v.patch_embd.weight", h, v.channels(), v.patch(), v.patch());
    all.add("v.patch_embd.weight.1", h, v.channels(), v.patch(), v.patch());
    all.add("v.patch_embd.bias", h);
    all.add("v.position_embd.weight", v.positions(), h);
    for (int i = 0; i < v.depth(); i++) {
      String p = "v.blk." + i + ".";
      all.norm(p + "ln1", h);
      all.norm(p + "ln2", h);
      all.linear(p + "attn_qkv", 3 * h, h);
      all.linear(p + "attn_out", h, h);
      all.linear(p + "ffn_up", v.feedForward(), h);
      all.linear(p + "ffn_down", h, v.feedForward());
    }
    all.norm("v.post_ln", h);
    all.linear("mm.0", merged, merged);
    all.linear("mm.2", v.outHidden(), merged);
    for (int block : v.deepstackBlocks()) {
      String p = "v.deepstack." + block + ".";
      all.norm(p + "norm", merged);
      all.linear(p + "fc1", merged, merged);
      all.linear(p + "fc2", v.outHidden(), merged);
    }
    return all.shapes;
  }

  private void norm(String name, long width) {
    add(name + ".weight", width);
    add(name + ".bias", width);
  }

  private void linear(String name, long out, long in) {
    add(name + ".weight", out, in);
    add(name + ".bias", out);
  }

  private void add(String name, long... shape) {
    shapes.put(name, shape);
  }
}
