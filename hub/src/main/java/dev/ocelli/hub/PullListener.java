package dev.ocelli.hub;

/** Follows what is being done; bytes may come from several threads. */
public interface PullListener {
  /** One that does not care. */
  PullListener NONE =
      new PullListener() {
        @Override
        public void begin(String what, long total, long done) {}

        @Override
        public void bytes(long more) {}

        @Override
        public void note(String line) {}
      };

  /** Work begins of {@code total} bytes, {@code done} of which are there already. */
  void begin(String what, long total, long done);

  /** So many bytes more; less than zero when some have to be done again. */
  void bytes(long more);

  /** Something worth a line. */
  void note(String line);
}
