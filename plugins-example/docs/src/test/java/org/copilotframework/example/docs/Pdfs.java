package org.copilotframework.example.docs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDFormContentStream;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.FontMappers;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.pdmodel.graphics.form.PDFormXObject;
import org.jspecify.annotations.Nullable;

/** Makes PDF files for the tests. */
final class Pdfs {
    static {
        FontMappers.set(new PackedFont());
    }

    private Pdfs() {}

    /** A document with one page for each text; an empty line in a text leaves a gap. */
    static byte[] of(String... pages) {
        try (PDDocument document = document(pages)) {
            return bytes(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] encrypted(String userPassword, boolean mayExtract, String... pages) {
        try (PDDocument document = document(pages)) {
            AccessPermission permission = new AccessPermission();
            permission.setCanExtractContent(mayExtract);
            document.protect(new StandardProtectionPolicy("owner", userPassword, permission));
            return bytes(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A small file of which each form draws the next one several times: the work is {@code times} to the power of {@code forms}. */
    static byte[] formsThatDrawEachOther(int forms, int times) {
        try (PDDocument document = new PDDocument()) {
            PDPage page = new PDPage();
            document.addPage(page);
            PDFormXObject inner = form(document, null, times);
            for (int i = 0; i < forms; i++) {
                inner = form(document, inner, times);
            }
            try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                content.drawForm(inner);
            }
            return bytes(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where in a document a stream can stand. */
    enum Place {
        CONTENT {
            @Override
            void put(COSStream stream, PDPage page) {
                page.getCOSObject().setItem(COSName.CONTENTS, stream);
            }
        },
        PARTS_OF_THE_CONTENT {
            @Override
            void put(COSStream stream, PDPage page) {
                COSArray parts = new COSArray();
                for (int i = 0; i < 1_000; i++) {
                    parts.add(stream);
                }
                page.getCOSObject().setItem(COSName.CONTENTS, parts);
            }
        },
        FORM {
            @Override
            void put(COSStream stream, PDPage page) {
                stream.setItem(COSName.SUBTYPE, COSName.FORM);
                below(page, COSName.XOBJECT, stream);
            }
        },
        PICTURE {
            @Override
            void put(COSStream stream, PDPage page) {
                stream.setItem(COSName.SUBTYPE, COSName.IMAGE);
                below(page, COSName.XOBJECT, stream);
            }
        },
        MAP_OF_A_FONT {
            @Override
            void put(COSStream stream, PDPage page) {
                stream.setItem(COSName.SUBTYPE, COSName.IMAGE); // which it is not
                COSDictionary font = new COSDictionary();
                font.setItem(COSName.TO_UNICODE, stream);
                below(page, COSName.FONT, font);
            }
        };

        abstract void put(COSStream stream, PDPage page);

        private static void below(PDPage page, COSName kind, COSDictionary what) {
            COSDictionary all = new COSDictionary();
            all.setItem(COSName.getPDFName(kind.getName() + all.size()), what);
            page.getResources().getCOSObject().setItem(kind, all);
        }
    }

    /** A document of pages with a few words each, and in each page's place a stream that unfolds to so many bytes of blanks. */
    static byte[] blanks(long bytes, Place place, int pages, COSName... furtherFilters) {
        try (PDDocument document = document("Some words")) {
            byte[] packed = packed(bytes);
            for (int i = 0; i < pages; i++) {
                PDPage page = i == 0 ? document.getPage(0) : new PDPage();
                if (i > 0) {
                    page.setResources(new PDResources());
                    document.addPage(page);
                }
                COSStream stream = document.getDocument().createCOSStream();
                COSArray filters = new COSArray(List.of(furtherFilters));
                filters.add(COSName.FLATE_DECODE);
                try (OutputStream out = stream.createRawOutputStream()) {
                    out.write(packed);
                }
                stream.setItem(COSName.FILTER, filters.size() == 1 ? COSName.FLATE_DECODE : filters);
                place.put(stream, page);
            }
            return bytes(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] packed(long blanks) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        byte[] some = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
        try (OutputStream out = new DeflaterOutputStream(packed, new Deflater(Deflater.BEST_SPEED))) {
            for (long left = blanks; left > 0; left -= some.length) {
                out.write(some);
            }
        }
        return packed.toByteArray();
    }

    private static PDFormXObject form(PDDocument document, @Nullable PDFormXObject inner, int times)
            throws IOException {
        PDFormXObject form = new PDFormXObject(document);
        form.setBBox(new PDRectangle(100, 100));
        form.setResources(new PDResources());
        try (PDFormContentStream content = new PDFormContentStream(form)) {
            for (int i = 0; i < times && inner != null; i++) {
                content.drawForm(inner);
            }
        }
        return form;
    }

    private static PDDocument document(String... pages) throws IOException {
        PDDocument document = new PDDocument();
        PDFont font = new PDType1Font(FontName.HELVETICA);
        for (String text : pages) {
            PDPage page = new PDPage();
            document.addPage(page);
            try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                content.beginText();
                content.setFont(font, 11);
                content.setLeading(14);
                content.newLineAtOffset(60, 720);
                for (String line : text.split("\n")) {
                    content.showText(line);
                    content.newLine();
                    if (line.isEmpty()) {
                        content.newLine();
                    }
                }
                content.endText();
            }
        }
        return document;
    }

    private static byte[] bytes(PDDocument document) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        document.save(bytes);
        return bytes.toByteArray();
    }
}
