-- Where the image of a revision can be fetched again (repository@digest, empty for one that came from no registry) and its bytes.
ALTER TABLE revision ADD COLUMN image_source TEXT NOT NULL DEFAULT '';
ALTER TABLE revision ADD COLUMN image_size BIGINT NOT NULL DEFAULT 0;
