/** Files in Amazon S3, and in stores that speak its protocol. */
@NullMarked
package org.copilotframework.storage.s3;

import org.jspecify.annotations.NullMarked;
