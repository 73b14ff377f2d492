package dev.ocelli.engine.vision;

/**
 * What will become of a picture, known from its size alone: no pixel is needed.
 *
 * @param source the picture upright, EXIF orientation applied
 * @param canvas what the model sees: multiples of a token's side
 * @param placement where the resized picture lies on the canvas; all of it except with llama.cpp's
 *     preprocessing
 * @param grid the patches, {@code t = 1}
 * @param tokens placeholder tokens in the prompt
 * @param preprocessing whose preprocessing is followed
 */
public record ImagePlan(
    ImageSize source,
    ImageSize canvas,
    Placement placement,
    Grid grid,
    int tokens,
    Preprocessing preprocessing) {

  /** What resizing does to the number of pixels. */
  public enum Scaling {
    /** Every pixel stays as it is. */
    NONE,
    /** The picture gets at least as many pixels: nothing is lost. */
    UP,
    /** The picture gets fewer pixels: details may be lost. */
    DOWN
  }

  /**
   * Plans a picture.
   *
   * @param source the picture's size, EXIF orientation applied
   * @param modelLimits the limits of the model's {@code preprocessor_config.json}
   * @throws dev.ocelli.engine.OcelliException if the picture's shape or the limits are impossible
   */
  public static ImagePlan of(
      ImageSize source, ImageOptions options, ImageLimits modelLimits, PatchSpec spec) {
    ImageLimits limits = options.limits(modelLimits, spec);
    ImageSize canvas =
        options.preprocessing() == Preprocessing.LLAMA_CPP
            ? LlamaCppResize.canvas(source, spec.factor(), limits)
            : SmartResize.image(source, spec.factor(), limits);
    Placement placement = placement(source, canvas, options.preprocessing());
    Grid grid = new Grid(1, canvas.height() / spec.patch(), canvas.width() / spec.patch());
    return new ImagePlan(
        source, canvas, placement, grid, grid.tokens(spec.merge()), options.preprocessing());
  }

  /**
   * Where a resized picture lies on its canvas.
   *
   * @param source the picture's size, EXIF orientation applied
   */
  public static Placement placement(
      ImageSize source, ImageSize canvas, Preprocessing preprocessing) {
    return preprocessing == Preprocessing.LLAMA_CPP
        ? LlamaCppResize.letterbox(source, canvas)
        : new Placement(0, 0, canvas.width(), canvas.height());
  }

  /**
   * The same of a source of another size, for pictures that are drawn at the size that is wanted.
   */
  public ImagePlan ofSource(ImageSize other) {
    return new ImagePlan(other, canvas, placement, grid, tokens, preprocessing);
  }

  /** Whether pixels are lost, invented or kept. */
  public Scaling scaling() {
    if (placement.width() == source.width() && placement.height() == source.height()) {
      return Scaling.NONE;
    }
    long resized = (long) placement.width() * placement.height();
    return resized < source.pixels() ? Scaling.DOWN : Scaling.UP;
  }

  /** Bytes of the patch rows in float32. */
  public long patchBytes(PatchSpec spec) {
    return 4L * grid.patches() * spec.rowLength();
  }

  /** The column of the source picture, 0 to its width, that lies at a column of the canvas. */
  public double sourceX(double canvasX) {
    return (canvasX - placement.x()) * source.width() / placement.width();
  }

  /** The row of the source picture, 0 to its height, that lies at a row of the canvas. */
  public double sourceY(double canvasY) {
    return (canvasY - placement.y()) * source.height() / placement.height();
  }

  /** The column of the canvas that shows a column of the source picture. */
  public double canvasX(double sourceX) {
    return sourceX * placement.width() / source.width() + placement.x();
  }

  /** The row of the canvas that shows a row of the source picture. */
  public double canvasY(double sourceY) {
    return sourceY * placement.height() / source.height() + placement.y();
  }
}
