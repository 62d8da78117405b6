//! What a run would make, what of that costs money, and what it cannot make: the figures and the words of the question
//! before anything is spent. Pure; the studio and the command line ask with the same words.

use std::collections::HashSet;

use crate::domain::{MicroDollars, money};
use crate::engine::event::{Budget, Budgets};
use crate::plan::{Charged, Estimate, Job, JobKey, JobSet, JobState, Product};

/// What can be made of the jobs that are asked for, and at which price.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Quote {
    /// Each kind of thing that can be made, in the order of [`Product`].
    pub items: Vec<Item>,
    /// An upper bound of what all of it costs.
    pub price: MicroDollars,
    /// What it is likely to cost, by what was charged before.
    pub likely: Estimate,
    /// Of the cheapest single call; zero where nothing costs money.
    pub cheapest: MicroDollars,
    /// Jobs that are asked for.
    pub all: usize,
    /// Of those, what is there already.
    pub made: usize,
    /// Calls that may have been billed: a person decides on them first.
    pub held: usize,
    /// Jobs whose provider is not set up.
    pub absent: usize,
    /// Jobs that wait for those that are held or absent.
    pub waiting: usize,
    /// Scenes that one of these keeps from being finished.
    pub unfinished_scenes: usize,
    /// Whether the video is there afterwards; `None` where it is not asked for.
    pub finishes_video: Option<bool>,
}

/// Things of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    pub product: Product,
    pub count: usize,
    pub price: MicroDollars,
}

/// What stands in the way of a job that is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    None,
    /// A call for it may have been billed.
    Held,
    /// Its provider is not set up.
    Absent,
}

impl Quote {
    /// Of `jobs`, each after its inputs. `obstacle` is asked of jobs that are not made.
    pub fn of<'a, 'j>(
        jobs: impl IntoIterator<Item = &'j Job>,
        state: impl Fn(JobKey) -> &'a JobState,
        obstacle: impl Fn(&Job) -> Obstacle,
        charged: &Charged,
    ) -> Self {
        let mut quote = Self::default();
        let mut bought = Vec::new();
        let mut lost: JobSet = JobSet::default();
        let mut unfinished: HashSet<usize> = HashSet::new();
        for job in jobs {
            quote.all += 1;
            let is_made = state(job.key).is_made();
            let count = match obstacle(job) {
                _ if is_made => Some(&mut quote.made),
                Obstacle::Held => Some(&mut quote.held),
                Obstacle::Absent => Some(&mut quote.absent),
                Obstacle::None if job.request.inputs().iter().any(|input| lost.contains(input)) => {
                    Some(&mut quote.waiting)
                }
                Obstacle::None => None,
            };
            let is_lost = count.is_some() && !is_made;
            match count {
                Some(count) => *count += 1,
                None => {
                    quote.add(job);
                    bought.push(job);
                }
            }
            if is_lost {
                lost.insert(job.key);
            }
            if is_lost && !matches!(job.product(), Product::Episode | Product::Fade) {
                unfinished.extend(&job.scenes);
            }
            if job.product() == Product::Episode {
                quote.finishes_video = Some(!is_lost);
            }
        }
        quote.unfinished_scenes = unfinished.len();
        quote.likely = charged.estimate_of(bought.into_iter());
        quote
    }

    /// Of a new take of what this job makes.
    pub fn of_take(job: &Job, price: MicroDollars, likely: Estimate) -> Self {
        let items = vec![Item { product: job.product(), count: 1, price }];
        Self { items, price, likely, cheapest: price, all: 1, ..Self::default() }
    }

    fn add(&mut self, job: &Job) {
        let (product, price) = (job.product(), job.price());
        self.price += price;
        if !price.is_zero() && (self.cheapest.is_zero() || price < self.cheapest) {
            self.cheapest = price;
        }
        match self.items.iter_mut().find(|item| item.product == product) {
            Some(item) => {
                item.count += 1;
                item.price += price;
            }
            None => {
                self.items.push(Item { product, count: 1, price });
                self.items.sort_by_key(|item| item.product);
            }
        }
    }

    /// Adds what is asked for of another campaign.
    pub fn and(mut self, other: &Self) -> Self {
        for item in &other.items {
            match self.items.iter_mut().find(|known| known.product == item.product) {
                Some(known) => {
                    known.count += item.count;
                    known.price += item.price;
                }
                None => self.items.push(*item),
            }
        }
        self.price += other.price;
        self.likely.price += other.likely.price;
        self.likely.calls = self.likely.calls.max(other.likely.calls);
        self.cheapest = match (self.cheapest, other.cheapest) {
            (MicroDollars::ZERO, cheapest) | (cheapest, MicroDollars::ZERO) => cheapest,
            (one, two) => one.min(two),
        };
        self.all += other.all;
        self.made += other.made;
        self.held += other.held;
        self.absent += other.absent;
        self.waiting += other.waiting;
        self.unfinished_scenes += other.unfinished_scenes;
        self.finishes_video = match (self.finishes_video, other.finishes_video) {
            (Some(one), Some(two)) => Some(one && two),
            (one, two) => one.or(two),
        };
        self
    }

    /// Whether something is missing and all of it waits for a decision on calls in doubt.
    pub fn waits_for_decisions(&self) -> bool {
        self.items.is_empty() && self.held > 0
    }

    /// `4 portraits $0.20`, `26 voices $0.17`, `35 clips free`: their prices add up to that of the whole.
    pub fn items(&self) -> Vec<String> {
        let prices: Vec<MicroDollars> = self.items.iter().map(|item| item.price).collect();
        let (shown, _) = money::shown_with_sum(&prices);
        let words = |(item, shown): (&Item, MicroDollars)| {
            let thing = counted(item.count, thing(item.product));
            if item.price.is_zero() { format!("{thing} free") } else { format!("{thing} {shown}") }
        };
        self.items.iter().zip(shown).map(words).collect()
    }

    /// What is not made by this run, and what becomes of the video, as sentences; `how` says where calls in doubt are
    /// decided on.
    pub fn what_stays(&self, how: &str) -> Vec<String> {
        let mut sentences = Vec::new();
        if self.held > 0 {
            sentences.push(format!("{} held, decide first ({how}).", counted_verb(self.held, "call", "stays", "stay")));
        }
        if self.absent > 0 {
            let jobs = counted_verb(self.absent, "job", "stays", "stay");
            sentences.push(format!("{jobs} unmade: the provider is not set up."));
        }
        match (self.finishes_video, self.unfinished_scenes) {
            (Some(true), _) => sentences.push("The video will be finished.".to_owned()),
            (Some(false), 0) => sentences.push("The video will not be finished.".to_owned()),
            (Some(false), scenes) => {
                let scenes = counted_verb(scenes, "scene", "waits", "wait");
                sentences.push(format!("The video will not be finished: {scenes}."));
            }
            (None, _) => {}
        }
        sentences
    }
}

/// What is said before a run that costs money, most wanted first: facts of a line are joined by ` · `. `how` says where
/// calls in doubt are decided on.
pub fn lines(quote: &Quote, room: &Room, budgets: &Budgets, how: &str) -> Vec<String> {
    let mut items = quote.items();
    items.extend((quote.made > 0).then(|| format!("{} made already", quote.made)));
    let mut lines = vec![items.join(" · ")];
    if quote.likely.calls > 0 {
        let Estimate { price, calls } = quote.likely;
        lines.push(format!("About {price} by the mean of {}.", counted(calls as usize, "charged call")));
    }
    let spent = room.of_price(quote.price);
    if spent < quote.price {
        lines.push(format!("All of it is {}: {} leaves {spent}.", quote.price, room.cap));
    }
    lines.push(after(budgets, spent).join(" · "));
    lines.extend(quote.what_stays(how));
    lines
}

/// What the caps leave of a price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// `None`: nothing limits it.
    pub left: Option<MicroDollars>,
    /// Which cap leaves the least, with its amount.
    pub cap: String,
}

impl Room {
    /// What a run may spend now; `campaign` is what its campaign has spent.
    pub fn of(budgets: &Budgets, campaign: MicroDollars) -> Self {
        let rest = |used: MicroDollars, cap: MicroDollars| MicroDollars(cap.0.saturating_sub(used.0));
        let caps = [
            ("run", MicroDollars::ZERO, budgets.run_cap),
            ("campaign", campaign, budgets.campaign_cap),
            ("month", budgets.month.used, budgets.month.cap),
        ];
        let limits = caps.into_iter().filter_map(|(name, used, cap)| Some((rest(used, cap?), name, cap?)));
        match limits.min_by_key(|(left, ..)| *left) {
            Some((left, name, cap)) => Self { left: Some(left), cap: format!("caps.{name} of {}", short(cap)) },
            None => Self { left: None, cap: String::new() },
        }
    }

    /// What can be spent of a price.
    pub fn of_price(&self, price: MicroDollars) -> MicroDollars {
        self.left.map_or(price, |left| left.min(price))
    }

    /// Why not even the cheapest call can be made, if so.
    pub fn refusal(&self, quote: &Quote) -> Option<String> {
        let left = self.left.filter(|left| *left < quote.cheapest)?;
        Some(format!("Nothing can be bought: {} leaves {left}, a call needs {}.", self.cap, quote.cheapest))
    }
}

/// What the budgets are after `price` is spent: `after it: run $0.37 of $5`, `month $0.94 of $20`.
pub fn after(budgets: &Budgets, price: MicroDollars) -> Vec<String> {
    let run = Budget { used: price, cap: budgets.run_cap };
    let month = Budget { used: budgets.month.used + price, cap: budgets.month.cap };
    vec![format!("after it: run {}", of_cap(&run)), format!("month {}", of_cap(&month))]
}

/// `$3.10 of $20`.
pub fn of_cap(budget: &Budget) -> String {
    match budget.cap {
        Some(cap) => format!("{} of {}", budget.used, short(cap)),
        None => budget.used.to_string(),
    }
}

/// Whole dollars without cents.
fn short(amount: MicroDollars) -> String {
    let text = amount.to_string();
    text.strip_suffix(".00").map_or_else(|| text.clone(), str::to_owned)
}

/// `1 voice`, `3 voices`.
fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

fn counted_verb(count: usize, thing: &str, one: &str, more: &str) -> String {
    format!("{} {}", counted(count, thing), if count == 1 { one } else { more })
}

fn thing(product: Product) -> &'static str {
    match product {
        Product::Portrait => "portrait",
        Product::Marks => "face check",
        Product::Dialogue => "dialogue",
        Product::Voice => "voice",
        Product::ShapedVoice => "shaped voice",
        Product::Effect => "sound effect",
        Product::Music => "piece of music",
        Product::Transcript => "transcript",
        Product::Clip => "clip",
        Product::Fade => "cross-fade",
        Product::Episode => "video",
        Product::Script => "script",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dollars(cents: u64) -> MicroDollars {
        MicroDollars(cents * 10_000)
    }

    fn quote() -> Quote {
        let item = |product, count, micro| Item { product, count, price: MicroDollars(micro) };
        let items = vec![
            item(Product::Portrait, 4, 200_000),
            item(Product::Voice, 1, 169_400),
            item(Product::Clip, 35, 0),
            item(Product::Episode, 1, 0),
        ];
        let (price, cheapest) = (MicroDollars(369_400), MicroDollars(4_000));
        Quote { items, price, cheapest, all: 50, made: 9, finishes_video: Some(true), ..Quote::default() }
    }

    fn budgets(month: (u64, Option<u64>)) -> Budgets {
        let month = Budget { used: dollars(month.0), cap: month.1.map(dollars) };
        Budgets { run: None, run_cap: Some(dollars(500)), campaign_cap: Some(dollars(100)), month }
    }

    #[test]
    fn each_kind_of_thing_is_named_with_its_price_and_the_prices_add_up() {
        let budgets = budgets((57, Some(2000)));
        let room = Room::of(&budgets, MicroDollars::ZERO);
        assert_eq!(
            lines(&quote(), &room, &budgets, "u"),
            [
                "4 portraits $0.20 · 1 voice $0.17 · 35 clips free · 1 video free · 9 made already",
                "after it: run $0.37 of $5 · month $0.94 of $20",
                "The video will be finished.",
            ]
        );
    }

    #[test]
    fn what_is_held_is_said() {
        let held = Quote { held: 6, waiting: 7, unfinished_scenes: 6, finishes_video: Some(false), ..quote() };
        let sentences = held.what_stays("u");
        assert_eq!(
            sentences,
            ["6 calls stay held, decide first (u).", "The video will not be finished: 6 scenes wait."]
        );
        assert!(!held.waits_for_decisions());
        assert!(Quote { items: Vec::new(), ..held }.waits_for_decisions());
    }

    #[test]
    fn the_narrowest_cap_says_what_can_be_spent() {
        for (month, campaign, left, cap) in [
            ((57, Some(2000)), 0, Some(dollars(100)), "caps.campaign of $1"),
            ((57, Some(60)), 0, Some(dollars(3)), "caps.month of $0.60"),
            ((57, None), 99, Some(dollars(1)), "caps.campaign of $1"),
            ((57, None), 500, Some(dollars(0)), "caps.campaign of $1"),
        ] {
            let room = Room::of(&budgets(month), dollars(campaign));
            assert_eq!((room.left, room.cap.as_str()), (left, cap));
        }
        let room = Room::of(&budgets((57, Some(60))), MicroDollars::ZERO);
        assert_eq!((room.of_price(quote().price), room.refusal(&quote())), (dollars(3), None));
        assert!(lines(&quote(), &room, &budgets((57, Some(60))), "u")[1].starts_with("All of it is $0.37: caps.month"));
        let spent = Room::of(&budgets((60, Some(60))), MicroDollars::ZERO);
        let told = spent.refusal(&quote());
        assert_eq!(
            told.as_deref(),
            Some("Nothing can be bought: caps.month of $0.60 leaves $0.00, a call needs $0.004.")
        );
        let free = Room::of(&Budgets::default(), MicroDollars::ZERO);
        assert_eq!((free.left, free.refusal(&quote())), (None, None));
    }

    #[test]
    fn the_parts_of_two_campaigns_are_asked_for_together() {
        let both = quote().and(&quote());
        assert_eq!((both.price, both.made, both.finishes_video), (MicroDollars(738_800), 18, Some(true)));
        assert_eq!(both.items()[0], "8 portraits $0.40");
        assert_eq!(Quote::default().and(&quote()), quote());
    }
}
