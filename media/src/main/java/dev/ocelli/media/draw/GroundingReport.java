package dev.ocelli.media.draw;

import dev.ocelli.engine.grounding.Grounding;
import dev.ocelli.engine.grounding.PictureFrame;
import dev.ocelli.engine.grounding.Region;
import dev.ocelli.engine.grounding.Shape;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.vision.RgbImage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a reply points at, in its pictures.
 *
 * @param grounding read from the reply's text
 * @param pictures that it is about
 */
public record GroundingReport(Grounding grounding, List<SeenPicture> pictures) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  public GroundingReport {
    pictures = List.copyOf(pictures);
  }

  /**
   * The report as JSON.
   *
   * @param pixels whether regions have their places in pixels and points beside what the model
   *     wrote
   */
  public ObjectNode json(boolean pixels) {
    ObjectNode out = JSON.objectNode();
    out.put("cut", grounding.cut());
    ArrayNode regions = out.putArray("regions");
    grounding.regions().forEach(r -> regions.add(region(r, pixels)));
    return out;
  }

  private ObjectNode region(Region r, boolean pixels) {
    ObjectNode out = JSON.objectNode();
    out.put("label", r.label());
    out.set(r.shape() instanceof Shape.Box ? "box" : "point", numbers(r.shape()));
    SeenPicture picture = picture(r);
    if (picture == null) {
      out.putNull("picture");
    } else {
      out.put("picture", r.pictureOf(pictures.size()));
      place(out, picture, r.shape(), pixels);
    }
    out.putArray("text").add(r.start()).add(r.end());
    return out;
  }

  /**
   * Adds where a shape lies.
   *
   * @param relative in parts of a thousand
   */
  public static void place(ObjectNode to, SeenPicture picture, Shape relative, boolean pixels) {
    if (picture.page() > 0) {
      to.put("page", picture.page());
    }
    if (pixels) {
      Shape at = picture.frame().pixels(relative);
      to.set("pixels", numbers(at));
      Shape points = picture.points(at);
      if (points != null) {
        to.set("points", numbers(points));
      }
    }
  }

  /** The numbers of a shape, to three decimals; whole ones without a point. */
  public static ArrayNode numbers(Shape shape) {
    ArrayNode out = JSON.arrayNode();
    for (double n : shape.numbers()) {
      double v = PictureFrame.rounded(n);
      if (v == Math.rint(v) && Math.abs(v) < 1e15) {
        out.add((long) v);
      } else {
        out.add(v);
      }
    }
    return out;
  }

  private @Nullable SeenPicture picture(Region r) {
    int index = r.pictureOf(pictures.size());
    return index < 0 ? null : pictures.get(index);
  }

  /**
   * A picture with its regions drawn; null for a clip. The picture is decoded for it.
   *
   * @param index of the picture
   * @param mostPixels a larger picture is shrunk to at most so many
   */
  public @Nullable RgbImage annotated(int index, long mostPixels) {
    SeenPicture seen = pictures.get(index);
    if (!(seen.media() instanceof Media.Picture p)) {
      return null;
    }
    RgbImage drawn = Annotator.shrunk(p.source().decode(), mostPixels);
    double x = (double) drawn.width() / seen.size().width();
    double y = (double) drawn.height() / seen.size().height();
    List<Annotator.Mark> marks = new ArrayList<>();
    for (Region r : grounding.regions()) {
      if (r.pictureOf(pictures.size()) == index) {
        Shape pixels = seen.frame().pixels(r.shape());
        marks.add(new Annotator.Mark(r.label(), pixels.map(a -> a * x, b -> b * y)));
      }
    }
    return Annotator.draw(drawn, marks);
  }
}
