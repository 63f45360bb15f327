package org.copilotframework.example.docs;

/** A PDF asks for more than is done for one file. Unchecked, because PDFBox goes on after an IOException while a form is drawn. */
final class ExhaustedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ExhaustedException(String reason) {
        super(reason);
    }
}
