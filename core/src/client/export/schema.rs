//! A judge of JSON by `docs/export.schema.json`, for tests: as much of JSON Schema (2020-12) as that
//! file uses. A word that it does not know is a failure, so that nothing is taken for checked.

use serde_json::Value;

/// The published schema.
pub(in crate::client) struct Schema(Value);

impl Schema {
    pub fn published() -> Self {
        let text = include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../docs/export.schema.json"
        ));
        Self(serde_json::from_str(text).unwrap())
    }

    /// What is wrong with a line, if anything is.
    pub fn judge(&self, line: &Value) -> Result<(), String> {
        self.check(&self.0, line)
    }

    fn check(&self, schema: &Value, value: &Value) -> Result<(), String> {
        let words = schema.as_object().unwrap();
        for (word, rule) in words {
            let holds = match word.as_str() {
                "$schema" | "$id" | "$defs" | "title" | "description" => true,
                "$ref" => {
                    let path = rule.as_str().unwrap().strip_prefix('#').unwrap();
                    self.check(self.0.pointer(path).unwrap(), value)?;
                    true
                }
                "oneOf" => {
                    let all = rule.as_array().unwrap().iter();
                    let verdicts: Vec<_> = all.map(|one| self.check(one, value)).collect();
                    if verdicts.iter().filter(|verdict| verdict.is_ok()).count() != 1 {
                        return Err(format!("not one of several: {verdicts:?}"));
                    }
                    true
                }
                "const" => rule == value,
                "enum" => rule.as_array().unwrap().contains(value),
                "type" => match rule.as_str().unwrap() {
                    "string" => value.is_string(),
                    "integer" => value.is_u64() || value.is_i64(),
                    "boolean" => value.is_boolean(),
                    "array" => value.is_array(),
                    "object" => value.is_object(),
                    other => panic!("a type that is not known: {other}"),
                },
                "minimum" => value.as_number().is_some_and(|number| {
                    number
                        .as_u64()
                        .is_some_and(|number| number >= rule.as_u64().unwrap())
                }),
                "pattern" => matches(rule.as_str().unwrap(), value.as_str().unwrap()),
                "items" => {
                    for one in value.as_array().unwrap() {
                        self.check(rule, one)?;
                    }
                    true
                }
                "required" => {
                    let names = rule.as_array().unwrap().iter();
                    let mut names = names.map(|name| name.as_str().unwrap());
                    names.all(|name| value.get(name).is_some())
                }
                "properties" => {
                    for (name, rule) in rule.as_object().unwrap() {
                        if let Some(one) = value.get(name) {
                            self.check(rule, one)
                                .map_err(|wrong| format!("{name}: {wrong}"))?;
                        }
                    }
                    true
                }
                "additionalProperties" => {
                    assert_eq!(rule, false);
                    let known = &schema["properties"];
                    let mut names = value.as_object().unwrap().keys();
                    names.all(|name| known.get(name).is_some())
                }
                other => panic!("a word that is not known: {other}"),
            };
            if !holds {
                return Err(format!("{word} {rule} does not hold for {value}"));
            }
        }
        Ok(())
    }
}

fn matches(pattern: &str, text: &str) -> bool {
    if pattern == "^(0|[1-9][0-9]*)$" {
        return text
            .parse::<u128>()
            .is_ok_and(|number| number.to_string() == text);
    }
    let length = pattern
        .strip_prefix("^[0-9a-f]{")
        .and_then(|rest| rest.strip_suffix("}$"))
        .unwrap();
    text.len().to_string() == length
        && text
            .chars()
            .all(|digit| matches!(digit, '0'..='9' | 'a'..='f'))
}
