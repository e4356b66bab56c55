-- Memory version 1: what the first version wrote of session("ppa") of tests/memories.py; never changed.
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE floors (
        session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
        place INTEGER NOT NULL,
        at_s REAL NOT NULL,
        exercise TEXT NOT NULL,
        count REAL NOT NULL,
        person INTEGER NOT NULL,
        began_utc REAL NOT NULL,
        PRIMARY KEY (session, place)
    ) WITHOUT ROWID;
INSERT INTO "floors" VALUES(1,5,90.0,'straight_leg_lift',2.0,1,1700036000.0);
CREATE TABLE holds (
        session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
        place INTEGER NOT NULL,
        at_s REAL NOT NULL,
        exercise TEXT NOT NULL,
        seconds REAL NOT NULL,
        whole INTEGER NOT NULL,
        PRIMARY KEY (session, place)
    ) WITHOUT ROWID;
CREATE TABLE mistakes (
        session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
        place INTEGER NOT NULL,
        at_s REAL NOT NULL,
        mistake TEXT NOT NULL,
        PRIMARY KEY (session, place)
    ) WITHOUT ROWID;
CREATE TABLE pain (
        session INTEGER PRIMARY KEY REFERENCES sessions ON DELETE CASCADE,
        day INTEGER NOT NULL,
        exercise TEXT,
        person INTEGER NOT NULL,
        began_utc REAL NOT NULL
    );
CREATE TABLE people (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        sits INTEGER
    );
INSERT INTO "people" VALUES(1,'default',NULL);
CREATE TABLE reps (
        session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
        place INTEGER NOT NULL,
        at_s REAL NOT NULL,
        exercise TEXT NOT NULL,
        in_set INTEGER NOT NULL,
        number INTEGER NOT NULL,
        perfect INTEGER NOT NULL,
        reason TEXT,
        count REAL NOT NULL,
        PRIMARY KEY (session, place)
    ) WITHOUT ROWID;
INSERT INTO "reps" VALUES(1,8,109.0,'straight_leg_lift',1,1,1,NULL,3.0);
INSERT INTO "reps" VALUES(1,9,118.0,'straight_leg_lift',1,2,1,NULL,3.0);
INSERT INTO "reps" VALUES(1,10,127.0,'straight_leg_lift',1,3,0,'arched',3.0);
CREATE TABLE sessions (
        id INTEGER PRIMARY KEY,
        uuid TEXT NOT NULL UNIQUE,
        person INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,
        began_utc REAL NOT NULL,
        last_utc REAL NOT NULL,
        day INTEGER NOT NULL,
        minute REAL NOT NULL,
        outcome TEXT,
        state TEXT NOT NULL,
        exercise TEXT,
        floor REAL,
        facts INTEGER NOT NULL,
        got_anywhere INTEGER NOT NULL,
        reps INTEGER NOT NULL,
        perfect INTEGER NOT NULL,
        holds INTEGER NOT NULL
    );
INSERT INTO "sessions" VALUES(1,'6f1c1f4e-8f0e-4c43-9d5e-0a7f6f1f7b11',1,1700036000.0,1700036000.0,739000,600.0,'finished','working','straight_leg_lift',3.0,11,1,3,2,0);
CREATE TABLE sets (
        session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
        place INTEGER NOT NULL,
        at_s REAL NOT NULL,
        exercise TEXT NOT NULL,
        number INTEGER NOT NULL,
        floor REAL NOT NULL,
        down_seconds REAL NOT NULL,
        PRIMARY KEY (session, place)
    ) WITHOUT ROWID;
INSERT INTO "sets" VALUES(1,7,100.0,'straight_leg_lift',1,3.0,3.0);
CREATE INDEX sessions_by_time ON sessions (person, began_utc);
CREATE INDEX sessions_under_way ON sessions (person, began_utc) WHERE got_anywhere = 1;
CREATE INDEX sessions_with_reps ON sessions (person, began_utc) WHERE reps > 0;
CREATE INDEX sessions_with_reps_by_day ON sessions (person, day) WHERE reps > 0;
CREATE INDEX sessions_with_holds ON sessions (person, began_utc) WHERE holds > 0;
CREATE INDEX floors_by_exercise ON floors (person, exercise, began_utc, session, place);
CREATE INDEX pain_by_time ON pain (person, began_utc)
    ;
COMMIT;
