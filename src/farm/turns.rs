//! Whose order is next: homes take turns, and so do the campaigns of each, however many orders each has waiting. Pure.

use std::collections::HashMap;

use super::words::token;

/// Who ordered: a home and one of its campaigns.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Customer {
    pub home: String,
    pub campaign: String,
}

impl std::fmt::Display for Customer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.home, self.campaign)
    }
}

impl Customer {
    /// Reads `HOME.CAMPAIGN`, both as parts of a subject; `None` for anything else.
    pub fn read(text: &str) -> Option<Self> {
        let (home, campaign) = text.split_once('.')?;
        let is_part = |part: &str| token(part) == part;
        (is_part(home) && is_part(campaign)).then(|| Self { home: home.to_owned(), campaign: campaign.to_owned() })
    }
}

/// Who was served when, and who waits.
#[derive(Debug, Default)]
pub struct Turns {
    homes: HashMap<String, u64>,
    campaigns: HashMap<Customer, u64>,
    turn: u64,
    waiting: Vec<Customer>,
}

impl Turns {
    /// Those who wait now. Who waits no more is forgotten when many others are known.
    pub fn wait(&mut self, waiting: Vec<Customer>) {
        const MOST_REMEMBERED: usize = 1000;
        if self.campaigns.len() > MOST_REMEMBERED {
            self.campaigns.retain(|customer, _| waiting.contains(customer));
            self.homes.retain(|home, _| waiting.iter().any(|customer| customer.home == *home));
        }
        self.waiting = waiting;
    }

    /// This one waits too, as one of at most `most`.
    pub fn waits_too(&mut self, customer: Customer, most: usize) {
        if self.waiting.len() < most && !self.waiting.contains(&customer) {
            self.waiting.push(customer);
        }
    }

    /// Who is to be served next: of the home that was served longest ago, the campaign that was.
    pub fn next(&self) -> Option<&Customer> {
        let last = |customer: &Customer| {
            let home = self.homes.get(&customer.home).copied().unwrap_or_default();
            (home, self.campaigns.get(customer).copied().unwrap_or_default())
        };
        self.waiting.iter().min_by(|one, other| last(one).cmp(&last(other)).then_with(|| one.cmp(other)))
    }

    /// This one got a place.
    pub fn served(&mut self, customer: &Customer) {
        self.turn += 1;
        self.homes.insert(customer.home.clone(), self.turn);
        self.campaigns.insert(customer.clone(), self.turn);
    }

    /// This one has nothing waiting after all.
    pub fn has_nothing(&mut self, customer: &Customer) {
        self.waiting.retain(|waiting| waiting != customer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn customer(name: &str) -> Customer {
        let (home, campaign) = name.split_once('/').unwrap();
        Customer { home: home.to_owned(), campaign: campaign.to_owned() }
    }

    fn served(turns: &mut Turns, waiting: &[&str], count: usize) -> Vec<String> {
        let mut served = Vec::new();
        for _ in 0..count {
            turns.wait(waiting.iter().map(|name| customer(name)).collect());
            let Some(next) = turns.next().cloned() else { break };
            turns.served(&next);
            served.push(format!("{}/{}", next.home, next.campaign));
        }
        served
    }

    #[test]
    fn a_home_with_three_campaigns_gets_no_more_than_one_with_one() {
        let mut turns = Turns::default();
        let order = served(&mut turns, &["a/1", "a/2", "a/3", "b/1"], 8);
        assert_eq!(order, ["a/1", "b/1", "a/2", "b/1", "a/3", "b/1", "a/1", "b/1"]);
    }

    #[test]
    fn who_comes_late_is_served_next_and_who_has_nothing_is_passed_over() {
        let mut turns = Turns::default();
        served(&mut turns, &["a/1", "b/1"], 5);
        assert_eq!(served(&mut turns, &["a/1", "b/1", "c/1"], 1), ["c/1"]);
        turns.wait(vec![customer("a/1"), customer("b/1")]);
        let next = turns.next().unwrap().clone();
        turns.has_nothing(&next);
        assert_ne!(turns.next(), Some(&next));
        turns.wait(Vec::new());
        assert_eq!(turns.next(), None);
    }

    #[test]
    fn a_word_of_a_home_names_who_waits_or_nobody() {
        let mut turns = Turns::default();
        for name in ["a/1", "a/1", "b/1", "c/1"] {
            turns.waits_too(Customer::read(&customer(name).to_string()).unwrap(), 2);
        }
        assert_eq!(turns.waiting, [customer("a/1"), customer("b/1")], "each once, and no more than were asked for");
        for bad in ["", "a", "a.", ".a", "a.b.c", "a.*", "a.>", "a b.c", &format!("{}.a", "x".repeat(65))] {
            assert_eq!(Customer::read(bad), None, "{bad:?}");
        }
    }
}
