# Every recipe is a line that can also be typed by hand.

# All tests, as the README says.
test:
    cargo test

# Format and mend what can be mended by itself.
fix:
    cargo fmt --all && cargo clippy --all-targets --fix --allow-dirty

# What must pass before a change lands.
ci:
    .ci/run

# Accept changed snapshots after looking at them.
snapshots:
    cargo insta review

# The pictures of the README, from a real terminal (needs xvfb, xterm, xdotool, imagemagick, ffmpeg).
shots:
    screenshots/make

# The talking photo of the README: a clip and its frames (needs ffmpeg).
talking-photo:
    screenshots/talking-photo

# Ask the HTTP API 100,000 things that its own description says can be asked, rightly and wrongly.
fuzz-api requests="100000" seed="1":
    FUZZ_REQUESTS={{requests}} FUZZ_SEED={{seed}} cargo test --test it nothing_that_can_be_asked -- --nocapture

# Write the parts of docs/ anew that are made from the program: campaign, keys, commands, routes, tools.
book:
    BABBLECAST_WRITE_BOOK=1 cargo test --test it what_the_book_quotes

# The book as pages, in target/book.
book-pages:
    "$(.ci/mdbook)" build docs

# How long the parts take that a person waits for.
bench:
    cargo bench --bench parts --bench schedule --bench api --bench episode --bench talking --bench studio

# How soon a contact sheet is there, and the memory that the studio takes after 500 faces.
bench-sheet:
    cargo bench --bench sheet

# How long the journal takes under load: claims of two programs, ten thousand finished jobs.
bench-journal:
    cargo bench --bench journal

# The tests of kills, races and the journal's model at full length: 1,000 kills, 1,000 keys, 400 cases (some minutes).
long-tests:
    BABBLECAST_LONG_TESTS=1 cargo test --test it -- --nocapture --test-threads=1 killed:: killed_streams:: many:: machine:: full_disk::

# The tests of the farm at full length, against a real nats-server: 200 clips under kills, a minute without the server, hosts of
# their own (as root), what it costs, and 64 simulated machines (half an hour).
farm-proof:
    BABBLECAST_NATS_SERVER=$(.ci/nats-server) BABBLECAST_LONG_TESTS=1 cargo test --lib --test it -- farm --nocapture --test-threads=1

# How soon ten thousand clips are in the queue of a home with a farm.
bench-farm:
    cargo bench --bench farm

# What stands in deploy/, by the programs that read it: docker with its compose, and systemd.
check-deploy:
    BABBLECAST_FARM_TOKEN=secret docker compose -f deploy/compose.yaml config --quiet
    sed 's|/usr/local/bin/babblecast|/bin/true|' deploy/babblecast-worker.service > target/babblecast-worker.service
    test -z "$(systemd-analyze verify target/babblecast-worker.service 2>&1)"

# The program without the farm.
without-farm:
    cargo clippy --all-targets --locked --no-default-features -- -D warnings

# Signed files: the tests of the feature `c2pa`, with readers by others (needs npm; ten minutes from nothing).
credentials:
    BABBLECAST_MARK_READERS=$(.ci/mark-readers) cargo test --locked -p babblecast-credentials --features c2pa
    BABBLECAST_MARK_READERS=$(.ci/mark-readers) cargo test --locked --features c2pa --test it -- credentials:: marks::
    cargo clippy --all-targets --locked --features c2pa -- -D warnings

# A hundred thousand keys, clicks and events by chance at the studio (half a minute).
monkey:
    BABBLECAST_LONG_TESTS=1 cargo test --lib monkey -- --nocapture
