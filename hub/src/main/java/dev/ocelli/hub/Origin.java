package dev.ocelli.hub;

/** Where models come from. */
public enum Origin {
  /** Hugging Face, or a mirror of it. */
  HUGGING_FACE("huggingface", "hf"),
  /** ModelScope. */
  MODELSCOPE("modelscope", "modelscope"),
  /** A single address. */
  URL("url", "");

  private final String folder;
  private final String prefix;

  Origin(String folder, String prefix) {
    this.folder = folder;
    this.prefix = prefix;
  }

  /** Its folder in the store, and its name in manifests. */
  public String folder() {
    return folder;
  }

  /** What stands before the colon in names of its models. */
  public String prefix() {
    return prefix;
  }
}
