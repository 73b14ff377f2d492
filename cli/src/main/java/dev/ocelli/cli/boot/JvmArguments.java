package dev.ocelli.cli.boot;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code jvm.args}: one option a line, {@code #} starts a comment. */
final class JvmArguments {
  private JvmArguments() {}

  static List<String> read() throws IOException {
    InputStream in = JvmArguments.class.getResourceAsStream("jvm.args");
    if (in == null) {
      throw new FileNotFoundException("jvm.args is missing in the jar");
    }
    List<String> options = new ArrayList<String>();
    BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    try {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String option = line.trim();
        if (!option.isEmpty() && !option.startsWith("#")) {
          options.add(option);
        }
      }
    } finally {
      reader.close();
    }
    return options;
  }
}
