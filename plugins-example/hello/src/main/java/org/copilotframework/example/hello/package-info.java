/** The smallest agent plugin there is: one class. The documentation quotes it from here. */
package org.copilotframework.example.hello;
