package dev.ocelli.cli;

import dev.ocelli.cli.ChatExchange.Question;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.TimeEstimates;
import java.util.List;

/**
 * What pictures will cost before they are sent: tokens, and seconds from the rates of this chat's
 * own replies, or, before there are any, from what the machine can do.
 */
final class ChatCost {
  private final LoadedModel model;
  private final TimeEstimates times;

  ChatCost(LoadedModel model) {
    this.model = model;
    this.times = new TimeEstimates(model.roofline(), () -> true);
  }

  /** Learns from a reply. */
  void learn(Reply reply) {
    times.learn(reply);
  }

  /** The cost of a question on top of a conversation, for people; of several lines. */
  String report(ChatTalk talk, Question question) {
    List<Reply.MediaUse> uses = talk.media(question);
    List<String> names = question.media().names();
    int before = talk.tokens();
    int all = talk.tokens(question);
    StringBuilder s = new StringBuilder();
    double total = 0;
    for (int i = 0; i < uses.size(); i++) {
      Reply.MediaUse use = uses.get(i);
      double seconds = times.picture(use.grid());
      total += seconds;
      s.append(ReplyReport.picture(names.get(i), use)).append(about(seconds)).append('\n');
    }
    int added = Math.max(0, all - before);
    double prompt = times.prompt(before, Math.max(1, added));
    s.append("together ").append(added).append(" tokens").append(about(total + prompt));
    s.append(
        times.basis() == TimeEstimates.Basis.REPLIES
            ? " by the rates of this chat"
            : " by what this machine can do");
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
}
