package dev.ocelli.server.api;

import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.work.JobEvent;
import dev.ocelli.server.work.Outcome;
import java.io.IOException;

/** Writes replies while they are made, as an API has it. Called on the thread of the request. */
public interface ReplyWriter {
  /** Writes nothing: the replies are wanted when they are complete. */
  ReplyWriter NONE = new ReplyWriter() {};

  /** A part of the work before the first token is done. */
  default void progress(JobEvent.Progress progress) throws IOException {}

  /** A piece of a reply. */
  default void text(JobEvent.Text text) throws IOException {}

  /** Something about a call of a tool. */
  default void call(JobEvent.Call call) throws IOException {}

  /** A reply is complete. */
  default void finished(int choice, Outcome outcome) throws IOException {}

  /** Nothing has been written for a while. */
  default void idle() throws IOException {}

  /** Something went wrong after the answer had begun: its status cannot tell any more. */
  default void failed(ApiError error) throws IOException {}
}
