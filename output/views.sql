-- The common questions. A change is there only where the two years may be
-- compared; group, "from" and "to" are words of SQL and need quotes.

-- Each company's share of all providers' reports, its rank and its marks by year.
CREATE VIEW company_shares AS
SELECT id, name, year, reports, share_percent, rank, marks, status
FROM company_series WHERE reports IS NOT NULL ORDER BY id, year;

-- The providers with most reports of each year; hotlines are left out.
CREATE VIEW largest_by_year AS
SELECT s.year, row_number() OVER (PARTITION BY s.year ORDER BY s.reports DESC, s.id) AS place, s.id, s.name, s.reports, s.share_percent, s.marks, s.status
FROM platform_series s JOIN platforms_by_year p ON p.id = s.id
WHERE s.reports IS NOT NULL AND p.kind <> 'hotline' ORDER BY s.year, place;

-- Who fell, rose, came and went between two consecutive years, largest first.
CREATE VIEW largest_falls AS
SELECT from_year, to_year, row_number() OVER (PARTITION BY from_year ORDER BY change, id) AS place, id, name, "from", "to", change, change_percent, comparable, reasons
FROM movers WHERE "group" = 'moved' AND change < 0 ORDER BY from_year, place;

CREATE VIEW largest_rises AS
SELECT from_year, to_year, row_number() OVER (PARTITION BY from_year ORDER BY change DESC, id) AS place, id, name, "from", "to", change, change_percent, comparable, reasons
FROM movers WHERE "group" = 'moved' AND change > 0 ORDER BY from_year, place;

CREATE VIEW entrants AS
SELECT from_year, to_year, id, name, "to" AS reports FROM movers WHERE "group" = 'entered' ORDER BY from_year, "to" DESC;

CREATE VIEW leavers AS
SELECT from_year, to_year, id, name, "from" AS reports FROM movers WHERE "group" = 'left' ORDER BY from_year, "from" DESC;

-- What each category of provider reported by year. A row that combines
-- platforms counts in the category of the platform it is printed under.
CREATE VIEW category_by_year AS
SELECT category, year, sum(reports) AS reports, count(DISTINCT platform_id) AS platforms, 100.0 * sum(reports) / (SELECT max(e.printed_total) FROM editions e WHERE e.used AND e.year = figures.year) AS share_percent
FROM figures GROUP BY category, year ORDER BY category, year;

-- Whether the rows of a year sum to the total that the table prints.
CREATE VIEW checked_totals AS
SELECT e.year, e.status, e.printed_total, sum(f.reports) AS row_sum, sum(f.reports) = e.printed_total AS exact
FROM editions e JOIN figures f ON f.year = e.year WHERE e.used GROUP BY e.year, e.status, e.printed_total ORDER BY e.year;
