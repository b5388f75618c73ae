import org.jspecify.annotations.NullMarked;

/** Audio features as values, and the CPU engines that compute them. */
@NullMarked
module org.cochlea.core {
  requires static transitive org.jspecify;

  exports org.cochlea.core;
  exports org.cochlea.core.basis;
}
