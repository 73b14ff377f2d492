package dev.ocelli.cli;

import dev.ocelli.cli.ChatExchange.Question;
import dev.ocelli.engine.kernels.Operations;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.Roofline;
import java.util.List;

/**
 * What pictures will cost before they are sent: tokens, and seconds from the rates of this chat's
 * own replies, or, before there are any, from what the machine can do.
 */
final class ChatCost {
  /** Share of the machine's operations that the kernels usually reach; see bench/README.md. */
  private static final double ARITHMETIC_SHARE = 0.7;

  /** Fewer tokens than this say little about a rate. */
  private static final int ENOUGH = 16;

  private final LoadedModel model;
  private double imageRate = Double.NaN;
  private double promptRate = Double.NaN;

  ChatCost(LoadedModel model) {
    this.model = model;
  }

  /** Learns from a reply. */
  void learn(Reply reply) {
    Rates rates = Rates.of(reply);
    int encoded =
        reply.media().stream().filter(m -> !m.cached()).mapToInt(Reply.MediaUse::tokens).sum();
    if (encoded >= ENOUGH && !Double.isNaN(rates.image())) {
      imageRate = rates.image();
    }
    if (reply.promptTokens() - reply.reusedTokens() >= ENOUGH && !Double.isNaN(rates.prompt())) {
      promptRate = rates.prompt();
    }
  }

  /** The cost of a question on top of a conversation, for people; of several lines. */
  String report(ChatTalk talk, Question question) {
    List<Reply.MediaUse> uses = talk.media(question);
    List<String> names = question.media().names();
    int before = talk.tokens();
    int all = talk.tokens(question);
    StringBuilder s = new StringBuilder();
    boolean measured = !Double.isNaN(imageRate) && !Double.isNaN(promptRate);
    Roofline limits = model.roofline();
    double total = 0;
    for (int i = 0; i < uses.size(); i++) {
      Reply.MediaUse use = uses.get(i);
      double seconds =
          measured ? use.tokens() / imageRate : seconds(limits, limits.picture(use.grid()));
      total += seconds;
      s.append(ReplyReport.picture(names.get(i), use)).append(about(seconds)).append('\n');
    }
    int added = Math.max(0, all - before);
    double prompt =
        measured ? added / promptRate : seconds(limits, limits.prompt(before, Math.max(1, added)));
    s.append("together ").append(added).append(" tokens").append(about(total + prompt));
    s.append(measured ? " by the rates of this chat" : " by what this machine can do");
    int context = model.contextLength();
    s.append("; the context then has ").append(Math.max(0, context - all));
    s.append(" of ").append(context).append(" left");
    if (all >= context) {
      s.append(": too little, send fewer or smaller pictures (:max-tokens=N), or /clear");
    }
    return s.toString();
  }

  private static String about(double seconds) {
    return Double.isNaN(seconds) ? "" : ", about " + ReplyReport.seconds(seconds);
  }

  private static double seconds(Roofline limits, Operations work) {
    return work.total() / (limits.gigaOperationsPerSecond(work) * 1e9 * ARITHMETIC_SHARE);
  }
}
