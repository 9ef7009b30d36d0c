using System.Net;

namespace Cofferdam.UnitTests.Engine.RemoteCache;

/// <summary>Answers requests by a function, and keeps them with their bodies.</summary>
internal sealed class AnsweringHandler(Func<HttpRequestMessage, byte[], HttpResponseMessage> answer) : HttpMessageHandler
{
    public List<(string Method, string Address, byte[] Body)> Requests { get; } = [];

    public static HttpResponseMessage Answer(HttpStatusCode status, string text = "") => new(status) { Content = new StringContent(text) };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        lock (Requests)
        {
            Requests.Add((request.Method.Method, request.RequestUri!.OriginalString, body));
            return answer(request, body);
        }
    }
}
