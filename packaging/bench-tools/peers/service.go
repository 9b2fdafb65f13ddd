// A good service in Go, for packaging/bench --peers, as somebody writes it who knows amqp091, encoding/json and net/http.
//
// For each queue one goroutine takes what has come, up to 500 messages, writes it in one request, and acknowledges it at once; meanwhile the next
// gather. AMQP_URL and ARANGODB_URL say where the servers are, BATCH_DOCUMENTS that requests are to be smaller. Ends on SIGTERM.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

const prefetch = 2000

var batchSize = 500

// What is needed of a company; the rest of its text is stored as it came.
type head struct {
	ID      *string `json:"id"`
	Version *uint64 `json:"version"`
}

type result struct {
	Key          string `json:"_key"`
	Rev          string `json:"_rev"`
	OldRev       string `json:"_oldRev"`
	Error        bool   `json:"error"`
	ErrorMessage string `json:"errorMessage"`
}

type queue struct {
	name, mode string
	// Appends the members of a document behind its key.
	write func(body *bytes.Buffer, head head, delivery amqp.Delivery)
}

var queues = []queue{
	{"company.updated", "update", state},
	{"company.invalidated", "update", func(body *bytes.Buffer, head head, delivery amqp.Delivery) {
		fmt.Fprintf(body, `"version":%d,"invalidated":true,"invalidated_at":"%s"}`, *head.Version, delivery.Timestamp.UTC().Format(time.RFC3339))
	}},
	{"company.sync", "replace", state},
}

// The company's own text, which begins with a brace: it was read before.
func state(body *bytes.Buffer, _ head, delivery amqp.Delivery) {
	body.WriteString(`"invalidated":false,`)
	body.Write(bytes.TrimLeft(delivery.Body, " \t\r\n")[1:])
}

var client = &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: len(queues)}}

// Makes an array of the documents.
func documents(q queue, batch []amqp.Delivery, keys []string, body *bytes.Buffer) ([]string, error) {
	body.Reset()
	keys = keys[:0]
	for i, delivery := range batch {
		var head head
		if err := json.Unmarshal(delivery.Body, &head); err != nil {
			return nil, err
		}
		if head.ID == nil || head.Version == nil {
			return nil, fmt.Errorf("a message without id or version")
		}
		key, err := json.Marshal(*head.ID)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			body.WriteString(`[{"_key":`)
		} else {
			body.WriteString(`,{"_key":`)
		}
		body.Write(key)
		body.WriteByte(',')
		q.write(body, head, delivery)
		keys = append(keys, *head.ID)
	}
	body.WriteByte(']')
	return keys, nil
}

func post(q queue, body *bytes.Buffer, keys []string) error {
	url := os.Getenv("ARANGODB_URL") + "/_db/companies/_api/document/companies?overwriteMode=" + q.mode + "&versionAttribute=version"
	request, err := http.NewRequest("POST", url, bytes.NewReader(body.Bytes()))
	if err != nil {
		return err
	}
	request.SetBasicAuth("root", "")
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("status %d", response.StatusCode)
	}
	var results []result
	if err := json.Unmarshal(answer, &results); err != nil {
		return err
	}
	if len(results) != len(keys) {
		return fmt.Errorf("%d results for %d documents", len(results), len(keys))
	}
	for i, result := range results {
		if result.Error || result.Key != keys[i] {
			return fmt.Errorf("%s is not written: %s", keys[i], result.ErrorMessage)
		}
	}
	return nil
}

// Writes what comes until there is no more.
func serve(q queue, deliveries <-chan amqp.Delivery) error {
	// Filled while a request is under way: the library's own channel has one delivery at a time.
	waiting := make(chan amqp.Delivery, prefetch)
	go func() {
		for delivery := range deliveries {
			waiting <- delivery
		}
		close(waiting)
	}()
	var body bytes.Buffer
	var keys []string
	batch := make([]amqp.Delivery, 0, batchSize)
	for delivery := range waiting {
		batch = append(batch[:0], delivery)
		for more := true; more && len(batch) < batchSize; {
			select {
			case delivery, more = <-waiting:
				if more {
					batch = append(batch, delivery)
				}
			default:
				more = false
			}
		}
		var err error
		if keys, err = documents(q, batch, keys, &body); err != nil {
			return err
		}
		if err := post(q, &body, keys); err != nil {
			return err
		}
		if err := batch[len(batch)-1].Ack(true); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	if text := os.Getenv("BATCH_DOCUMENTS"); text != "" {
		size, err := strconv.Atoi(text)
		if err != nil || size < 1 {
			log.Fatalf("BATCH_DOCUMENTS is %q, which is no number of documents", text)
		}
		batchSize = size
	}
	connection, err := amqp.Dial(os.Getenv("AMQP_URL"))
	if err != nil {
		log.Fatal(err)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	var serving sync.WaitGroup
	var channels []*amqp.Channel
	for _, q := range queues {
		channel, err := connection.Channel()
		if err != nil {
			log.Fatal(err)
		}
		if err := channel.Qos(prefetch, 0, false); err != nil {
			log.Fatal(err)
		}
		deliveries, err := channel.Consume(q.name, q.name, false, false, false, false, nil)
		if err != nil {
			log.Fatal(err)
		}
		channels = append(channels, channel)
		serving.Add(1)
		go func(q queue) {
			defer serving.Done()
			if err := serve(q, deliveries); err != nil {
				log.Fatalf("%s: %v", q.name, err)
			}
		}(q)
	}
	<-stop
	for i, channel := range channels {
		if err := channel.Cancel(queues[i].name, false); err != nil {
			log.Fatal(err)
		}
	}
	serving.Wait()
	connection.Close()
}
