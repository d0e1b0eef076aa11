-- The operational database that the demo generator writes and the publisher reads.
--
-- The system's own schema is not public: these tables model what is known of it.
-- The file loads in PostgreSQL and in SQLite. Dates are ISO 8601 in the Common
-- Era, years in columns that end in _be are in the Buddhist Era (+543).
--
-- A project may be published when its status is approved, in_progress, completed
-- or cancelled, it is not classified and no step of its approval says anything
-- but approved. Everything personal stays on the private side.

create table org_unit (  -- the state's organisation, three levels deep
  org_unit_id   bigint primary key,
  parent_id     bigint references org_unit,
  level         integer not null,           -- 1 ministry, 2 department, 3 division, or their equals
  code          text not null unique,       -- '08', '0802', '08020017'
  name_th       text not null,
  name_en       text,
  abbr_th       text,                       -- of ministries: 'กษ.'
  province_code text,                       -- of the office, '10' .. '96'
  active_from   date,
  active_to     date                        -- empty as long as the unit exists
);

create table person (  -- officers; personal data in every column
  person_id     bigint primary key,
  org_unit_id   bigint references org_unit,
  title_th      text,
  first_name_th text,
  last_name_th  text,
  position_th   text,
  citizen_id    text,                       -- 13 digits
  phone         text,                       -- as somebody typed it
  email         text,
  line_id       text
);

create table plan_item (  -- plans and their targets, with the time a code is valid
  plan_item_id  bigint primary key,
  kind          text not null,              -- strategy masterplan target_y2 subplan target_y1 reform milestone fvct_component fvct_factor
  code          text not null,
  parent_id     bigint references plan_item,
  name_th       text not null,
  name_en       text,
  valid_from    date,
  valid_to      date,                       -- the day before an amendment cancelled it
  unique (kind, code, valid_from)
);

create table project (
  project_id        bigint primary key,
  project_code      text not null,          -- 'กษ 0802-65-000123'
  kind              text not null,          -- plan project operation
  name_th           text not null,
  name_en           text,
  owner_unit_id     bigint not null references org_unit,   -- level 3
  fiscal_year_be    integer not null,       -- Buddhist Era; begins on 1 October of the year before
  start_date        date,
  end_date          date,
  rationale_th      text,                   -- free text from here on: anything may stand in it
  objective_th      text,
  output_th         text,
  outcome_th        text,
  target_group_th   text,
  beneficiary_count integer,                -- people
  status            text not null,          -- draft submitted returned approved in_progress completed cancelled deleted
  is_classified     boolean not null,
  covid_loan_plan   text,                   -- '1.1' .. '3.4' when paid by the COVID-19 loan
  contact_person_id bigint references person,
  contact_text      text,                   -- a name, a number, an address as typed
  created_at        timestamp not null,
  updated_at        timestamp not null
);

create table project_approval (  -- the M7 steps, lowest level first
  project_id   bigint not null references project,
  step_no      integer not null,
  unit_level   integer not null,            -- as org_unit.level
  approver_id  bigint references person,
  decision     text not null,               -- approved returned pending
  decided_at   timestamp,
  comment_th   text,                        -- internal
  primary key (project_id, step_no)
);

create table project_plan_link (
  project_id      bigint not null references project,
  plan_item_id    bigint not null references plan_item,
  is_primary      boolean not null,
  contribution_th text,
  primary key (project_id, plan_item_id)
);

create table project_area (
  project_id       bigint not null references project,
  seq              integer not null,
  province_code    text,                    -- empty: everywhere
  district_code    text,                    -- four digits, begins with the province's
  subdistrict_code text,                    -- six digits, begins with the district's
  place_th         text,
  lat              numeric(9,6),
  lon              numeric(9,6),
  primary key (project_id, seq)
);

create table project_budget (
  project_id     bigint not null references project,
  seq            integer not null,
  fiscal_year_be integer not null,
  source         text not null,             -- budget covid_loan off_budget revenue local
  gfmis_code     text,                      -- 16 digits, where known
  amount         numeric(16,2) not null,    -- baht
  primary key (project_id, seq)
);

create table disbursement (  -- what GFMIS paid, by month
  project_id     bigint not null references project,
  gfmis_code     text,
  fiscal_year_be integer not null,
  month          integer not null,          -- of the calendar: 10 comes first
  amount         numeric(16,2) not null,
  posted_at      timestamp not null
);

create table activity (
  project_id bigint not null references project,
  seq        integer not null,
  name_th    text not null,
  start_date date,
  end_date   date,
  weight_pct numeric(5,2),
  primary key (project_id, seq)
);

create table indicator (
  project_id   bigint not null references project,
  seq          integer not null,
  name_th      text not null,
  unit_th      text,
  target_value numeric(18,4),
  actual_value numeric(18,4),
  primary key (project_id, seq)
);

create table progress_report (  -- one a quarter
  project_id     bigint not null references project,
  fiscal_year_be integer not null,
  quarter        integer not null,          -- 1 begins in October
  progress_pct   numeric(5,2),
  spent          numeric(16,2),
  result_th      text,
  problem_th     text,
  reporter_id    bigint references person,
  reported_at    timestamp,
  approved       boolean not null,
  primary key (project_id, fiscal_year_be, quarter)
);

create table proposal (  -- projects proposed for the national strategy, since 2565
  project_id     bigint not null references project,
  fiscal_year_be integer not null,
  round          integer not null,
  target_y1_id   bigint references plan_item,
  score          numeric(5,2),
  selected       boolean not null,
  reviewed_at    timestamp,
  primary key (project_id, fiscal_year_be, round)
);

create index project_owner on project (owner_unit_id);
create index disbursement_project on disbursement (project_id);
create index progress_project on progress_report (project_id);
