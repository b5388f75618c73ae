package org.cochlea.audio.file;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads HDF5 with jhdf, which is optional. */
final class Hdf5Reader implements ArrayReader {
  private final Path file;
  private final HdfFile hdf;

  private Hdf5Reader(Path file, HdfFile hdf) {
    this.file = file;
    this.hdf = hdf;
  }

  static ArrayReader open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw NpyHeader.problem(
          file.toString(), Files.exists(file) ? "is not a regular file" : "no such file");
    }
    try {
      return new Hdf5Reader(file, new HdfFile(file));
    } catch (NoClassDefFoundError e) {
      throw NpyHeader.problem(
          file.toString(), "reading HDF5 needs jhdf: add io.jhdf:jhdf to the class or module path");
    } catch (HdfException e) {
      throw NpyHeader.problem(file.toString(), "is not an HDF5 file: " + e.getMessage());
    }
  }

  @Override
  public List<String> names() {
    List<String> names = new ArrayList<>();
    collect(hdf, "", names);
    return names;
  }

  private static void collect(Group group, String path, List<String> names) {
    for (Node child : group) {
      if (child instanceof Group inner) {
        collect(inner, path + child.getName() + "/", names);
      } else {
        names.add(path + child.getName());
      }
    }
  }

  @Override
  public NdArray read(String name) throws IOException {
    try {
      Node node = hdf.getByPath(name);
      if (!(node instanceof Dataset set)) {
        throw missing(name);
      }
      int[] shape = set.getDimensions();
      if (NdArray.count(shape) == 0) {
        return NdArray.of(new float[0], shape);
      }
      Object values = set.isScalar() ? set.getData() : set.getDataFlat();
      return switch (values) {
        case float[] a -> NdArray.of(a, shape);
        case double[] a -> NdArray.of(a, shape);
        case short[] a -> NdArray.of(a, shape);
        case int[] a -> NdArray.of(a, shape);
        case long[] a -> NdArray.of(a, shape);
        case Float a -> NdArray.of(new float[] {a});
        case Double a -> NdArray.of(new double[] {a});
        case Short a -> NdArray.of(new short[] {a});
        case Integer a -> NdArray.of(new int[] {a});
        case Long a -> NdArray.of(new long[] {a});
        default ->
            throw NpyHeader.problem(
                file.toString(),
                "values of type %s are not read".formatted(set.getJavaType().getSimpleName()));
      };
    } catch (HdfException e) {
      if (names().contains(name)) {
        throw NpyHeader.problem(
            file.toString(), "the array \"%s\" cannot be read: %s".formatted(name, e.getMessage()));
      }
      throw missing(name);
    }
  }

  private IOException missing(String name) {
    return NpyHeader.problem(file.toString(), "there is no array \"" + name + '"');
  }

  @Override
  public void close() {
    hdf.close();
  }
}
