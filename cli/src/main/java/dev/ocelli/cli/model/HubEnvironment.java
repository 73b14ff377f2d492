package dev.ocelli.cli.model;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.hub.HubSettings;
import dev.ocelli.hub.HubSettings.Endpoint;
import dev.ocelli.hub.HubSettings.Transport;
import dev.ocelli.hub.KnownCaches;
import dev.ocelli.hub.Store;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the environment says about hubs, proxies and folders. */
public final class HubEnvironment {
  private static final int MOST_TOKEN = 4096;

  private final Map<String, String> variables;

  public HubEnvironment(Map<String, String> variables) {
    this.variables = variables;
  }

  /** How hubs are reached; a token given as an option comes first. */
  public HubSettings settings(@Nullable String token, boolean offline) {
    HubSettings usual = HubSettings.DEFAULT;
    String hf =
        token != null && !token.isBlank() ? token : first("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN");
    return new HubSettings(
        new Endpoint(
            base("HF_ENDPOINT", usual.huggingFace().base(), first("HF_ENDPOINT", "MODEL_ENDPOINT")),
            hf != null ? checked("the token for Hugging Face", hf) : savedToken()),
        new Endpoint(
            base("MODELSCOPE_DOMAIN", usual.modelScope().base(), first("MODELSCOPE_DOMAIN")),
            checked("MODELSCOPE_API_TOKEN", first("MODELSCOPE_API_TOKEN"))),
        offline || truth("HF_HUB_OFFLINE") || truth("LLAMA_ARG_OFFLINE"),
        transport());
  }

  private boolean truth(String name) {
    String value = variables.getOrDefault(name, "").toLowerCase(Locale.ROOT);
    return value.equals("1") || value.equals("true") || value.equals("yes") || value.equals("on");
  }

  private @Nullable String first(String... names) {
    for (String name : names) {
      String value = variables.get(name);
      if (value != null && !value.isBlank()) {
        return value.strip();
      }
    }
    return null;
  }

  private static @Nullable String checked(String what, @Nullable String token) {
    if (token != null && !token.matches("[\\x21-\\x7e]{1," + MOST_TOKEN + "}")) {
      throw new OcelliException(
          Kind.USAGE, what + " has characters that no token has; copy it once more");
    }
    return token;
  }

  /** What {@code hf auth login} leaves. */
  private @Nullable String savedToken() {
    Path home = huggingFaceHome();
    String path = first("HF_TOKEN_PATH");
    Path file =
        path != null ? path("HF_TOKEN_PATH", path) : home == null ? null : home.resolve("token");
    try {
      if (file != null && Files.isRegularFile(file) && Files.size(file) <= MOST_TOKEN) {
        String token = Files.readString(file).strip();
        return token.isEmpty() ? null : checked(file.toString(), token);
      }
    } catch (IOException e) {
      return null; // as if nobody had logged in
    }
    return null;
  }

  /** An address, or the name of a host alone, as MODELSCOPE_DOMAIN has it. */
  private static URI base(String name, URI usual, @Nullable String value) {
    if (value == null) {
      return usual;
    }
    String text = value.contains("://") ? value : "https://" + value;
    while (text.endsWith("/")) {
      text = text.substring(0, text.length() - 1);
    }
    try {
      URI uri = new URI(text);
      if (uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getScheme().matches("https?")) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new OcelliException(
        Kind.USAGE,
        "%s is '%s', which is no address; give one like %s".formatted(name, value, usual));
  }

  private Transport transport() {
    Transport usual = Transport.DEFAULT;
    URI secure = proxy(first("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"));
    URI plain = proxy(first("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"));
    if (secure == null && plain == null) {
      return usual;
    }
    String no = first("NO_PROXY", "no_proxy");
    List<String> direct =
        no == null ? List.of() : List.of(no.toLowerCase(Locale.ROOT).split("[,\\s]+"));
    return new Transport(
        new ByScheme(secure, plain, direct),
        login(secure, plain),
        usual.connections(),
        usual.segment(),
        usual.patience());
  }

  private static @Nullable URI proxy(@Nullable String value) {
    if (value == null) {
      return null;
    }
    try {
      URI uri = new URI(value.contains("://") ? value : "http://" + value);
      if ("http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Said below; the value may hold a password.
    }
    throw new OcelliException(
        Kind.USAGE,
        "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY is no address of an HTTP proxy; give http://HOST:PORT");
  }

  private static @Nullable Authenticator login(@Nullable URI secure, @Nullable URI plain) {
    URI with = secure != null && secure.getRawUserInfo() != null ? secure : plain;
    if (with == null || with.getRawUserInfo() == null) {
      return null;
    }
    String[] parts = with.getRawUserInfo().split(":", 2);
    String user = URLDecoder.decode(parts[0], StandardCharsets.UTF_8);
    String password = URLDecoder.decode(parts.length > 1 ? parts[1] : "", StandardCharsets.UTF_8);
    return new Authenticator() {
      @Override
      protected @Nullable PasswordAuthentication getPasswordAuthentication() {
        return getRequestorType() == RequestorType.PROXY
            ? new PasswordAuthentication(user, password.toCharArray())
            : null;
      }
    };
  }

  /** Proxies as curl understands the variables. */
  private static final class ByScheme extends ProxySelector {
    private final @Nullable URI secure;
    private final @Nullable URI plain;
    private final List<String> direct;

    ByScheme(@Nullable URI secure, @Nullable URI plain, List<String> direct) {
      this.secure = secure;
      this.plain = plain;
      this.direct = direct;
    }

    @Override
    public List<Proxy> select(URI uri) {
      URI proxy = "https".equalsIgnoreCase(uri.getScheme()) ? secure : plain;
      String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
      boolean straight = direct.stream().anyMatch(d -> matches(d, host));
      if (proxy == null || straight) {
        return List.of(Proxy.NO_PROXY);
      }
      int port = proxy.getPort() < 0 ? 80 : proxy.getPort();
      return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), port)));
    }

    private static boolean matches(String pattern, String host) {
      String bare = pattern.replaceFirst("^\\*?\\.", "");
      return pattern.equals("*")
          || !bare.isEmpty() && (host.equals(bare) || host.endsWith("." + bare));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress proxy, IOException e) {
      // The request fails with the same error.
    }
  }

  /** Where models are kept: OCELLI_HOME, else the platform's folder for caches. */
  public Store store() {
    String home = first("OCELLI_HOME");
    if (home != null) {
      return new Store(path("OCELLI_HOME", home));
    }
    Path caches = caches();
    if (caches == null) {
      throw new OcelliException(
          Kind.USAGE, "there is no home folder to keep models in; set OCELLI_HOME to a folder");
    }
    return new Store(caches.resolve("ocelli"));
  }

  private @Nullable Path caches() {
    String xdg = first("XDG_CACHE_HOME");
    if (xdg != null) {
      return path("XDG_CACHE_HOME", xdg);
    }
    String local = first("LOCALAPPDATA");
    if (local != null && windows()) {
      return path("LOCALAPPDATA", local);
    }
    Path home = home();
    if (home == null) {
      return null;
    }
    return mac() ? home.resolve("Library/Caches") : home.resolve(".cache");
  }

  private @Nullable Path home() {
    String home = first("HOME", "USERPROFILE");
    return home == null ? null : path("HOME", home);
  }

  private static boolean windows() {
    return system().startsWith("windows");
  }

  private static boolean mac() {
    return system().startsWith("mac");
  }

  private static String system() {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
  }

  private @Nullable Path huggingFaceHome() {
    String named = first("HF_HOME");
    if (named != null) {
      return path("HF_HOME", named);
    }
    String xdg = first("XDG_CACHE_HOME");
    Path home = home();
    Path caches =
        xdg != null ? path("XDG_CACHE_HOME", xdg) : home == null ? null : home.resolve(".cache");
    return caches == null ? null : caches.resolve("huggingface");
  }

  /** Caches of other programs, where they usually are. */
  public KnownCaches known() {
    Path home = home();
    Path huggingFace = huggingFaceHome();
    String hub = first("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE");
    Path caches = caches();
    String llama = first("LLAMA_CACHE");
    String scope = first("MODELSCOPE_CACHE");
    Path scopes =
        scope != null
            ? path("MODELSCOPE_CACHE", scope)
            : home == null ? null : home.resolve(".cache/modelscope/hub");
    return new KnownCaches(
        some(
            hub != null
                ? path("HF_HUB_CACHE", hub)
                : huggingFace == null ? null : huggingFace.resolve("hub")),
        home == null
            ? List.of()
            : List.of(home.resolve(".lmstudio/models"), home.resolve(".cache/lm-studio/models")),
        some(
            llama != null
                ? path("LLAMA_CACHE", llama)
                : caches == null ? null : caches.resolve("llama.cpp")),
        scopes == null ? List.of() : List.of(scopes.resolve("models"), scopes));
  }

  private static List<Path> some(@Nullable Path path) {
    List<Path> list = new ArrayList<>();
    if (path != null) {
      list.add(path);
    }
    return list;
  }

  private static Path path(String name, String value) {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw new OcelliException(
          Kind.USAGE, "%s is '%s', which is no folder; mend it".formatted(name, value), e);
    }
  }
}
