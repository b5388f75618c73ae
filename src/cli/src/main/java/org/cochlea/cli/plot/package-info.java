/** Pictures of sound and features, drawn to PNG as librosa.display draws them. */
package org.cochlea.cli.plot;
