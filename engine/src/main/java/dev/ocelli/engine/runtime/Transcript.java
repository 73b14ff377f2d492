package dev.ocelli.engine.runtime;

import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.chat.ReplyParser;
import dev.ocelli.engine.chat.ReplyPiece;
import dev.ocelli.engine.tokenizer.TokenStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The text of a reply, told apart, as its tokens come. */
final class Transcript {
  private final TokenStream stream;
  private final ReplyParser parser;
  private final ReplyListener listener;
  private final StringBuilder answer = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();
  private final List<Message.ToolCall> calls = new ArrayList<>();
  private final StringBuilder arguments = new StringBuilder();
  private String function = "";

  Transcript(TokenStream stream, ReplyParser parser, ReplyListener listener) {
    this.stream = stream;
    this.parser = parser;
    this.listener = listener;
  }

  void accept(int id) {
    String piece = stream.accept(id);
    if (!piece.isEmpty()) {
      parser.accept(piece).forEach(this::add);
    }
  }

  /** The stop string that has come, or null. */
  @Nullable String stoppedBy() {
    return stream.stoppedBy();
  }

  /** Ends the reply. */
  void finish() {
    String piece = stream.flush();
    if (!piece.isEmpty()) {
      parser.accept(piece).forEach(this::add);
    }
    parser.finish().forEach(this::add);
  }

  private void add(ReplyPiece piece) {
    switch (piece) {
      case ReplyPiece.Reasoning r -> {
        reasoning.append(r.text());
        listener.text(r.text(), true);
      }
      case ReplyPiece.Answer a -> {
        answer.append(a.text());
        listener.text(a.text(), false);
      }
      case ReplyPiece.Call c -> {
        call(c);
        listener.call(c);
      }
    }
  }

  private void call(ReplyPiece.Call piece) {
    switch (piece) {
      case ReplyPiece.CallStart s -> {
        function = s.name();
        arguments.setLength(0);
      }
      case ReplyPiece.CallArguments a -> arguments.append(a.json());
      case ReplyPiece.CallEnd e -> calls.add(new Message.ToolCall(function, arguments.toString()));
      case ReplyPiece.CallBroken b -> {}
    }
  }

  String answer() {
    return answer.toString();
  }

  @Nullable String reasoning() {
    return reasoning.isEmpty() ? null : reasoning.toString();
  }

  List<Message.ToolCall> calls() {
    return List.copyOf(calls);
  }
}
