-- How far files of pages were read again, while the run that reads them has not ended.
CREATE TABLE _rereadings (
    file text COLLATE "C" PRIMARY KEY,
    state text COLLATE "C" NOT NULL,
    rules text COLLATE "C" NOT NULL,
    start bigint NOT NULL,
    skip bigint NOT NULL,
    is_done bigint NOT NULL,
    taught text COLLATE "C" NOT NULL
);
