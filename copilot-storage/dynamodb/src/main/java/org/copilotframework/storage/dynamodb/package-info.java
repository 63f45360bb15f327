/** Sessions, runs and values in one DynamoDB table. */
@NullMarked
package org.copilotframework.storage.dynamodb;

import org.jspecify.annotations.NullMarked;
