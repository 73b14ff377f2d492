package dev.ocelli.engine.chat;

/** What divides a reply of the Qwen family into its parts (QWEN3VL section 6.4). */
public final class ReplyMarks {
  /** Opens the reasoning. */
  public static final String THINK = "<think>";

  /** Closes the reasoning. */
  public static final String END_THINK = "</think>";

  /** Closes the reasoning as the templates write it, up to where the answer begins. */
  public static final String THOUGHT_TO_ANSWER = "\n" + END_THINK + "\n\n";

  /** Opens a call of a tool. */
  public static final String CALL = "<tool_call>";

  /** Closes a call of a tool. */
  public static final String END_CALL = "</tool_call>";

  private ReplyMarks() {}
}
