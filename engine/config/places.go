package config

// Grants tells yes or no at each place: for each category of a declaration, then for each
// service.
type Grants []bool

// Places returns how many categories and services there are.
func (c *Config) Places() int { return len(c.Categories) + len(c.Services) }

// Place returns the place of a service, by its index in [Config.Services].
func (c *Config) Place(service int) int { return len(c.Categories) + service }

// Service returns the index of the service at a place; it is negative where a category is.
func (c *Config) Service(place int) int { return place - len(c.Categories) }

// Category returns the index of the category at a place, or that of the service there;
// -1 for the place -1.
func (c *Config) Category(place int) int {
	if n := c.Service(place); n >= 0 {
		return c.Services[n].Category
	}
	return place
}

// Service returns what g tells of a service, by its index.
func (g Grants) Service(c *Config, n int) bool { return g[c.Place(n)] }

// Services returns what g tells of all services, to read and to write.
func (g Grants) Services(c *Config) []bool { return g[len(c.Categories):] }

// ServicesOf returns what g tells of the services of a category, to read and to write.
func (g Grants) ServicesOf(c *Config, category int) []bool {
	cat := &c.Categories[category]
	return g[c.Place(cat.From):c.Place(cat.To)]
}

// Switches returns what g tells of the switches of a category: of its services, or of itself
// where it names none.
func (g Grants) Switches(c *Config, category int) []bool {
	if services := g.ServicesOf(c, category); len(services) > 0 {
		return services
	}
	return g[category : category+1]
}
