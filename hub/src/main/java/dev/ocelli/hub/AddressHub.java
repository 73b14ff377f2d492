package dev.ocelli.hub;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A plain address: its file and, of a sharded one, all shards beside it. */
final class AddressHub implements Hub {
  private static final Pattern TOTAL = Pattern.compile("bytes \\d+-\\d+/(\\d{1,15})");
  private static final int MOST_SHARDS = 1000;

  private final Http http;
  private final HubSettings settings;

  AddressHub(Http http, HubSettings settings) {
    this.http = http;
    this.settings = settings;
  }

  @Override
  public RepoListing list(ModelRef ref) {
    URI address = Objects.requireNonNull(ref.address(), "an address is asked for");
    String path = address.getRawPath();
    Matcher shard = FileSelection.SHARD.matcher(path);
    List<RemoteFile> files = new ArrayList<>();
    if (!shard.matches()) {
      files.add(probe(address));
    } else {
      int count = Integer.parseInt(shard.group("count"));
      if (count > MOST_SHARDS) {
        throw new OcelliException(
            Kind.USAGE, "%s: %d shards are too many; check the name".formatted(ref, count));
      }
      for (int i = 1; i <= count; i++) {
        String one = "%s-%05d-of-%05d.gguf".formatted(shard.group("stem"), i, count);
        files.add(probe(URI.create(address.toString().replace(path, one))));
      }
    }
    return new RepoListing("", null, files);
  }

  /** Asks for one byte, which says how many there are. */
  private RemoteFile probe(URI address) {
    Backoff backoff = new Backoff(settings.transport().patience());
    String path = address.getPath();
    String name = path.substring(path.lastIndexOf('/') + 1);
    while (true) {
      try (Http.Reply reply = http.get(address, Map.of("Range", "bytes=0-0"))) {
        long size = -1;
        if (reply.status() == 200) {
          size = reply.headers().firstValueAsLong("Content-Length").orElse(-1);
        } else {
          Matcher total = TOTAL.matcher(reply.headers().firstValue("Content-Range").orElse(""));
          size = total.matches() ? Long.parseLong(total.group(1)) : -1;
        }
        if (size < 0) {
          throw new OcelliException(
              Kind.MODEL,
              "%s: the server does not say how long the file is; fetch it with another program and name it with -m"
                  .formatted(Http.shown(address)));
        }
        return new RemoteFile(name, size, reply.linkedHash(), null, validator(reply), address);
      } catch (IOException e) {
        backoff.pause(Http.shown(address), e);
      }
    }
  }

  /** A strong entity tag, or the date of the last change. */
  private static @Nullable String validator(Http.Reply reply) {
    String tag = reply.headers().firstValue("ETag").orElse("");
    return tag.startsWith("\"") ? tag : reply.headers().firstValue("Last-Modified").orElse(null);
  }
}
