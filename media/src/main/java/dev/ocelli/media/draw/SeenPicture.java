package dev.ocelli.media.draw;

import dev.ocelli.engine.grounding.PictureFrame;
import dev.ocelli.engine.grounding.Shape;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.vision.ImagePlan;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.media.PageGeometry;
import dev.ocelli.media.PagePoint;
import dev.ocelli.media.PageSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A picture or clip that a reply is about, and what the model saw of it.
 *
 * @param media as it was handed over
 * @param use its sizes
 */
public record SeenPicture(Media media, Reply.MediaUse use) {

  /** Those of a request and its reply. */
  public static List<SeenPicture> of(List<Media> media, List<Reply.MediaUse> uses) {
    List<SeenPicture> all = new ArrayList<>();
    for (int i = 0; i < uses.size(); i++) {
      all.add(new SeenPicture(media.get(i), uses.get(i)));
    }
    return all;
  }

  /** Size of the upright picture. */
  public ImageSize size() {
    return new ImageSize(use.width(), use.height());
  }

  /** Carries shapes to the picture's pixels; frames of clips fill what is seen of them. */
  public PictureFrame frame() {
    if (!(media instanceof Media.Picture p)) {
      return PictureFrame.filling(size());
    }
    ImageSize canvas = new ImageSize(use.resizedWidth(), use.resizedHeight());
    return new PictureFrame(
        size(), canvas, ImagePlan.placement(size(), canvas, p.options().preprocessing()));
  }

  /** The number of the page, from 1; 0 for what is no page of a document. */
  public int page() {
    return page(media);
  }

  /** The number of the page that a picture is, from 1; 0 for what is no page of a document. */
  public static int page(Media media) {
    PageSource page = source(media);
    return page == null ? 0 : page.page() + 1;
  }

  /**
   * A shape on its page as it is shown, in points from its upper left corner; null for what is no
   * page.
   *
   * @param pixels of the picture
   */
  public @Nullable Shape points(Shape pixels) {
    PageSource page = source(media);
    if (page == null) {
      return null;
    }
    PageGeometry g = page.geometry();
    return pixels.map(
        x -> g.pictureToShown(new PagePoint(x, 0), size()).x(),
        y -> g.pictureToShown(new PagePoint(0, y), size()).y());
  }

  private static @Nullable PageSource source(Media media) {
    return media instanceof Media.Picture p && p.source() instanceof PageSource page ? page : null;
  }
}
