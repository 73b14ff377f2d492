package dev.ocelli.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation: Markdown, of which the blocks of code say in a comment before them
 * what the tests do with them.
 *
 * <ul>
 *   <li>{@code <!-- run -->}: a shell runs it
 *   <li>{@code <!-- prints -->}: what the block that was run before prints; {@code ...} is anything
 *   <li>{@code <!-- file: NAME -->}: a file that blocks behind it use
 * </ul>
 *
 * @param file absolute
 */
record DocPage(Path file, List<String> lines) {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern HEADING = Pattern.compile("#{1,6} (.*)");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern MARK = Pattern.compile("<!-- (.*) -->");

  /**
   * A block of code.
   *
   * @param mark what the comment before it says; empty without
   * @param language as the fence has it; empty without, and for indented blocks
   * @param line of its first line, from 1
   */
  record Block(String mark, String language, String text, int line) {
    boolean isShell() {
      return language.isEmpty() || language.equals("sh");
    }
  }

  static DocPage read(Path file) throws IOException {
    return new DocPage(file, Files.readAllLines(file));
  }

  /** The pages that users read. */
  static List<DocPage> all() throws IOException {
    List<DocPage> pages = new ArrayList<>();
    for (String name : List.of("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")) {
      pages.add(read(ROOT.resolve(name)));
    }
    pages.add(read(ROOT.resolve("bench").resolve("README.md")));
    try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".md")).sorted().toList()) {
        pages.add(read(file));
      }
    }
    return pages;
  }

  /** From the root of the tree, for messages. */
  String name() {
    return ROOT.relativize(file).toString().replace('\\', '/');
  }

  /** Blocks in fences, and indented ones. */
  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("```")) {
        int first = i + 1;
        for (i = first; !lines.get(i).startsWith("```"); i++) {
          // to the end of the fence
        }
        blocks.add(
            new Block(
                mark(first - 2),
                line.substring(3).strip(),
                String.join("\n", lines.subList(first, i)) + "\n",
                first + 1));
      } else if (line.startsWith("    ") && (i == 0 || lines.get(i - 1).isBlank())) {
        int first = i;
        while (i < lines.size() && lines.get(i).startsWith("    ")) {
          i++;
        }
        blocks.add(
            new Block("", "", String.join("\n", lines.subList(first, i)).indent(-4), first + 1));
      }
    }
    return blocks;
  }

  private String mark(int at) {
    Matcher m = at < 0 ? null : MARK.matcher(lines.get(at));
    return m != null && m.matches() ? m.group(1) : "";
  }

  /** Lines that are not in fences. */
  List<String> prose() {
    List<String> prose = new ArrayList<>();
    boolean code = false;
    for (String line : lines) {
      if (line.startsWith("```")) {
        code = !code;
      } else if (!code) {
        prose.add(line);
      }
    }
    return prose;
  }

  /** Pieces of code within sentences. */
  List<String> code() {
    return found(CODE);
  }

  /** Where links lead to. */
  List<String> links() {
    return found(LINK);
  }

  private List<String> found(Pattern pattern) {
    List<String> found = new ArrayList<>();
    for (String line : prose()) {
      pattern.matcher(line).results().forEach(m -> found.add(m.group(1)));
    }
    return found;
  }

  /** What can stand behind {@code #} in links to this page, as web sites for code make it. */
  Set<String> anchors() {
    Set<String> anchors = new HashSet<>();
    for (String line : prose()) {
      Matcher m = HEADING.matcher(line);
      if (m.matches()) {
        anchors.add(
            m.group(1)
                .strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-'));
      }
    }
    return anchors;
  }
}
