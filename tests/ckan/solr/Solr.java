import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Properties;
import javax.servlet.DispatcherType;
import org.apache.solr.servlet.CoreContainerProvider;
import org.apache.solr.servlet.SolrDispatchFilter;
import org.apache.solr.util.configuration.SSLConfigurationsFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.servlet.ServletContextHandler;

/** Solr as a library: its filter in a small web server on loopback. Arguments: Solr's home and the port. */
class Solr {
  public static void main(String[] args) throws Exception {
    var port = args[1];
    var node = new Properties();
    node.setProperty("hostPort", port);

    var web = new Server(new InetSocketAddress("127.0.0.1", Integer.parseInt(port)));
    var solr = new ServletContextHandler(web, "/solr");
    solr.setAttribute(SolrDispatchFilter.SOLRHOME_ATTRIBUTE, args[0]);
    solr.setAttribute(SolrDispatchFilter.PROPERTIES_ATTRIBUTE, node);
    solr.addEventListener(new CoreContainerProvider());
    solr.addFilter(SolrDispatchFilter.class, "/*", EnumSet.of(DispatcherType.REQUEST));

    SSLConfigurationsFactory.current().init();
    web.start();
    web.join();
  }
}
