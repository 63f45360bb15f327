/**
 * An agent that answers questions over a folder of Markdown, text and PDF files, with citations.
 *
 * <p>The way of a question: {@link org.copilotframework.example.docs.Indexer} brings the
 * {@link org.copilotframework.example.docs.Index} up to date with the folder,
 * {@link org.copilotframework.example.docs.Search} finds the passages, and
 * {@link org.copilotframework.example.docs.Answers} quotes them. Nothing here generates text: an answer is made of
 * sentences that stand in the documents. Everything that touches machine code is in
 * {@link org.copilotframework.example.docs.Natives}, {@link org.copilotframework.example.docs.OnnxSession} and
 * {@link org.copilotframework.example.docs.MiniLm}.
 */
@NullMarked
package org.copilotframework.example.docs;

import org.jspecify.annotations.NullMarked;
