import org.jspecify.annotations.NullMarked;

/** Audio features as values, and the CPU engines that compute them. */
@NullMarked
module org.cochlea.core {
  requires static org.jspecify;

  exports org.cochlea.core;
}
