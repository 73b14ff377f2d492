package dev.ocelli.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the documentation names is there: commands, options, pages, Java types. */
class DocsContractTest {
  /** Options in the documentation that are those of other programs. */
  private static final Set<String> OTHERS =
      Set.of("--merge", "--add-modules", "--enable-native-access");

  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z0-9-]*[a-z0-9]");

  @TempDir Path folder;

  @Test
  void everyCommandLineIsTaken() throws Exception {
    List<String> wrong = new ArrayList<>();
    int count = 0;
    for (DocPage page : DocPage.all()) {
      for (DocPage.Block block : page.blocks()) {
        if (!block.isShell()) {
          continue;
        }
        for (List<String> arguments : DocCommands.in(block.text())) {
          count++;
          String[] words = arguments.toArray(new String[0]);
          try {
            new CliHarness().commandLine(words).parseArgs(words);
          } catch (CommandLine.ParameterException e) {
            wrong.add(
                page.name() + ":" + block.line() + ": ocelli " + arguments + ": " + e.getMessage());
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(count).isGreaterThan(80);
  }

  @Test
  void everyOptionThatIsNamedExists() throws Exception {
    Set<String> known = new HashSet<>(OTHERS);
    for (CommandLine command : commands().values()) {
      command
          .getCommandSpec()
          .options()
          .forEach(o -> {
            known.addAll(Arrays.asList(o.names()));
            known.addAll(
                Arrays.stream(o.names()).map(n -> n.replaceFirst("^--", "--no-")).toList());
          });
    }
    List<String> wrong = new ArrayList<>();
    for (DocPage page : DocPage.all()) {
      if (page.name().startsWith("bench/") || page.name().startsWith("CONTR")) {
        continue; // about other programs
      }
      for (String code : page.code()) {
        OPTION
            .matcher(code)
            .results()
            .map(m -> m.group())
            .filter(o -> !known.contains(o))
            .forEach(o -> wrong.add(page.name() + ": " + o + " in " + code));
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void thePageOfOptionsIsThatOfTheProgram() throws Exception {
    String expected = OptionsPage.text(commands());
    Path made = Path.of("target", "options.md").toAbsolutePath();
    Files.createDirectories(made.getParent());
    Files.writeString(made, expected);
    String page = Files.readString(DocPage.ROOT.resolve("docs").resolve("options.md"));
    assertThat(page.equals(expected))
        .as("docs/options.md is what the commands say; if not, copy %s there", made)
        .isTrue();
  }

  @Test
  void everyCommandIsInTheTable() throws Exception {
    String page = Files.readString(DocPage.ROOT.resolve("docs").resolve("cli.md"));
    for (String name : commands().keySet()) {
      assertThat(page).as(name).containsPattern("\\| `(?:[^|\n]*`, `)?" + name + "[ `]");
    }
  }

  @Test
  void linksLeadSomewhere() throws Exception {
    List<String> wrong = new ArrayList<>();
    for (DocPage page : DocPage.all()) {
      for (String link : page.links()) {
        if (!link.contains("://") && !leads(page, link)) {
          wrong.add(page.name() + ": " + link);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static boolean leads(DocPage page, String link) throws Exception {
    int hash = link.indexOf('#');
    String path = hash < 0 ? link : link.substring(0, hash);
    Path target = path.isEmpty() ? page.file() : page.file().resolveSibling(path).normalize();
    return Files.exists(target)
        && (hash < 0 || DocPage.read(target).anchors().contains(link.substring(hash + 1)));
  }

  @Test
  void pagesAreReachedFromTheirIndex() throws Exception {
    Path docs = DocPage.ROOT.resolve("docs");
    Set<String> linked = new HashSet<>(DocPage.read(docs.resolve("README.md")).links());
    for (DocPage page : DocPage.all()) {
      if (page.file().startsWith(docs) && !page.file().endsWith("README.md")) {
        assertThat(linked).contains(String.valueOf(page.file().getFileName()));
      }
    }
  }

  @Test
  void javaCompiles() throws Exception {
    List<JavaFileObject> sources = new ArrayList<>();
    for (DocPage page : DocPage.all()) {
      for (DocPage.Block block : page.blocks()) {
        if (block.language().equals("java") && !block.mark().equals("other library")) {
          sources.add(source(page, block));
        }
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "-proc:none",
            "-d",
            folder.toString(),
            "-cp",
            System.getProperty("java.class.path", ""));
    compiler.getTask(null, null, found, options, null, sources).call();
    assertThat(found.getDiagnostics())
        .filteredOn(d -> d.getKind() == Diagnostic.Kind.ERROR)
        .isEmpty();
    assertThat(sources).hasSizeGreaterThan(2);
  }

  /** A whole file, as in {@code java FILE}: with a class, or with methods alone. */
  private static JavaFileObject source(DocPage page, DocPage.Block block) {
    String name = page.file().getFileName().toString().replaceAll("\\W", "_") + block.line();
    return new SimpleJavaFileObject(
        URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return block.text();
      }
    };
  }

  private static Map<String, CommandLine> commands() {
    Map<String, CommandLine> all = new TreeMap<>();
    for (String name : new CliHarness().commandLine().getSubcommands().keySet()) {
      all.put(name, new CliHarness().commandLine(name).getSubcommands().get(name));
    }
    return all;
  }
}
